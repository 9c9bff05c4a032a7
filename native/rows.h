// The rows of a batch, cut into one run of rows for each thread, of like many tokens. A
// row belongs to one thread, so its sums are formed in one order.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <vector>

#include "lengths.h"
#include "pool.h"

namespace unrolled {

class Rows {
 public:
  // `numbers` is how many each token takes; where they are few no other thread is woken.
  Rows(uintptr_t lengths, long rows, long tokens, long numbers, int threads)
      : starts_(starts_of(lengths, rows, tokens)) {
    if (numbers < 0) throw std::invalid_argument("sizes below 0");
    if (threads < 1 || tokens * numbers < for_one_thread) threads = 1;
    cuts_.push_back(0);
    for (long row = 0; row < rows; ++row)
      if (starts_[row] * threads >= tokens * long(cuts_.size()) && int(cuts_.size()) < threads)
        cuts_.push_back(row);
    cuts_.push_back(rows);
  }

  int threads() const { return int(cuts_.size()) - 1; }

  // one(rank, row, first token, token behind the last) for every row.
  template <class One> void each(const One& one) const {
    in_parallel(threads(), [&](int rank) {
      for (long row = cuts_[rank]; row < cuts_[rank + 1]; ++row)
        one(rank, row, starts_[row], starts_[row + 1]);
    });
  }

 private:
  static constexpr long for_one_thread = 1 << 15;
  std::vector<int64_t> starts_;
  std::vector<long> cuts_;
};

}  // namespace unrolled
