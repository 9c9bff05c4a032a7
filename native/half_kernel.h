// The recurrent product in bfloat16: rows of a state times packed weights, summed up in
// float32. Half the bytes of a moment, and on processors with AMX a fraction of the time;
// chosen at run time, and absent on most processors.
//
// Panels hold for every 32 lines of depth and every vector of 16 columns one square of
// 1 KiB, pairs of lines side by side, as both AMX and AVX-512 BF16 want them:
//
//     (0,0) (1,0) (0,1) (1,1) ... (0,15) (1,15)
//     (2,0) (3,0) ...
#pragma once

#include <cstdint>

namespace unrolled {

struct HalfKernel {
  // `depth` lines of a panel of float32, `columns` vectors wide, as one of bfloat16.
  void (*pack)(const float* panel, long depth, int columns, uint16_t* to);
  // A row of numbers, with zeros up to the next multiple of 32.
  void (*round)(const float* from, long count, uint16_t* to);
  // sums[r][c] += rows_r · panel, for at most 16 rows that lie `depth` apart. `depth` is a
  // multiple of 32.
  void (*tile)(float* sums, long rows, int columns, const uint16_t* from, long depth,
               const uint16_t* panel);
  // Before and after a thread's use of `tile`.
  void (*begin)();
  void (*end)();
};

constexpr long half_depth(long depth) { return (depth + 31) / 32 * 32; }

// The quickest of this processor, or null.
const HalfKernel* half_kernel();

}  // namespace unrolled
