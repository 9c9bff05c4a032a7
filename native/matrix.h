// A weight matrix packed once, for x · weightᵀ + bias of as many rows as come, when they
// come: a row has the same bits alone and beside others.
#pragma once

#include <algorithm>
#include <vector>

#include "engine.h"
#include "moment.h"

namespace unrolled::UNROLLED_SET {

template <class T> class Matrix final : public AbstractMatrix<T> {
 public:
  // `weight` is (columns, depth) as it is stored.
  Matrix(const T* weight, long columns, long depth) : columns_(columns) {
    panels_.plain(depth, columns);
    panels_.lie_in(nullptr);
    const long first = 0;
    pack_transposed(panels_, weight, depth, &first, {0, panels_.blocks});
  }

  void multiply(const T* x, long rows, const T* bias, T* out) const override {
    std::vector<const T*> from(together);
    std::vector<T*> to(together);
    for (long done = 0; done < rows; done += together) {
      const long some = std::min(together, rows - done);
      for (long row = 0; row < some; ++row) {
        from[row] = x + (done + row) * panels_.depth;
        to[row] = out + (done + row) * columns_;
      }
      unrolled::UNROLLED_SET::multiply(panels_, {0, panels_.blocks}, some, from.data(), 1,
                                       panels_.depth, Affine<T>{bias, to.data()});
    }
  }

 private:
  static constexpr long together = 96;  // their numbers stay in the second cache
  Panels<T> panels_;
  const long columns_;
};

template <class T>
std::unique_ptr<AbstractMatrix<T>> matrix(const T* weight, long columns, long depth) {
  return std::make_unique<Matrix<T>>(weight, columns, depth);
}

}  // namespace unrolled::UNROLLED_SET
