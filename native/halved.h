// The recurrent matrix of a direction in bfloat16, for sets whose vectors hold 16 numbers.
#pragma once

#include "half_kernel.h"
#include "product.h"

namespace unrolled::UNROLLED_SET {

template <class T> class Halved {
 public:
  static constexpr bool possible = sizeof(T) == 4 && register_bytes == 64;

  static const HalfKernel* kernel() { return possible ? half_kernel() : nullptr; }

  void room_for(const Panels<T>& panels) {
    stride_ = half_depth(panels.depth) * panels.width();
    memory_.at_least(stride_ * panels.blocks);
  }

  void pack(const Panels<T>& panels, Range blocks) {
    if constexpr (possible)
      for (long block = blocks.from; block < blocks.to; ++block)
        kernel()->pack(panels.block(block), panels.depth, panels.vectors,
                       memory_.get() + block * stride_);
  }

  // As the product in full precision, of rows whose numbers lie side by side.
  template <class Use>
  void multiply(const Panels<T>& panels, Range blocks, long count, const T* const* from,
                long used, const Use& use) const {
    if constexpr (possible) {
      static thread_local Buffer<uint16_t> rounded;
      const long depth = half_depth(panels.depth), most = 16;
      const int columns = panels.vectors;
      // A tile is read whole: there is room for 16 rows behind the last one.
      uint16_t* rows = rounded.at_least((count + most) * depth);
      if (used)
        for (long r = 0; r < count; ++r) kernel()->round(from[r], panels.depth, rows + r * depth);
      Vector<T> sums[most * 4];
      for (long turn = 0; turn < blocks.to - blocks.from; ++turn) {
        const long block = blocks.down ? blocks.to - 1 - turn : blocks.from + turn;
        for (long first = 0; first < count; first += most) {
          const long height = std::min(most, count - first);
          for (long r = 0; r < height; ++r)
            use.begin(sums + r * columns, first + r, panels, block);
          if (used)
            kernel()->tile(reinterpret_cast<float*>(sums), height, columns,
                           rows + first * depth, depth, memory_.get() + block * stride_);
          for (long r = 0; r < height; ++r)
            use.end(sums + r * columns, first + r, panels, block);
        }
      }
    }
  }

 private:
  Buffer<uint16_t> memory_;
  long stride_ = 0;
};

}  // namespace unrolled::UNROLLED_SET
