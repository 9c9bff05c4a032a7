// The kernels of half_kernel.h for AVX-512 BF16 and for AMX. Compiled with their flags.

#include <immintrin.h>

#include <algorithm>
#include <cstring>

#include "half_kernel.h"

namespace unrolled::bfloat16 {
namespace {

constexpr int square = 512;  // numbers: 16 pairs of lines, 16 columns

// Rounded to the nearest, ties to even; no number stays none.
uint16_t rounded(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  if (value != value) return uint16_t(bits >> 16 | 0x40);
  return uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

__m256i rounded(__m512 values) { return (__m256i)_mm512_cvtneps_pbh(values); }

void pack(const float* panel, long depth, int columns, uint16_t* to) {
  for (long k0 = 0; k0 < half_depth(depth); k0 += 32)
    for (int c = 0; c < columns; ++c, to += square)
      for (int pair = 0; pair < 16; ++pair) {
        const long k = k0 + 2 * pair;
        const float* line = panel + (k * columns + c) * 16;
        const __m512 none = _mm512_setzero_ps();
        const __m512 even = k < depth ? _mm512_loadu_ps(line) : none;
        const __m512 odd = k + 1 < depth ? _mm512_loadu_ps(line + columns * 16) : none;
        const __m512i low = _mm512_cvtepu16_epi32(rounded(even));
        const __m512i high = _mm512_slli_epi32(_mm512_cvtepu16_epi32(rounded(odd)), 16);
        _mm512_storeu_si512(to + pair * 32, _mm512_or_si512(low, high));
      }
}

void round(const float* from, long count, uint16_t* to) {
  long k = 0;
  for (; k + 16 <= count; k += 16)
    _mm256_storeu_si256((__m256i*)(to + k), rounded(_mm512_loadu_ps(from + k)));
  for (; k < count; ++k) to[k] = rounded(from[k]);
  for (; k < half_depth(count); ++k) to[k] = 0;
}

template <int rows, int columns>
void few(float* sums, const uint16_t* from, long depth, const uint16_t* panel) {
  __m512 sum[rows][columns];
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 4
    for (int c = 0; c < columns; ++c) sum[r][c] = _mm512_loadu_ps(sums + (r * columns + c) * 16);
  for (long k = 0; k < depth; k += 32, panel += columns * square)
    for (int pair = 0; pair < 16; ++pair) {
      __m512bh line[columns];
#pragma GCC unroll 4
      for (int c = 0; c < columns; ++c)
        line[c] = (__m512bh)_mm512_loadu_si512(panel + c * square + pair * 32);
#pragma GCC unroll 8
      for (int r = 0; r < rows; ++r) {
        int32_t two;
        std::memcpy(&two, from + r * depth + k + 2 * pair, sizeof two);
        const __m512bh both = (__m512bh)_mm512_set1_epi32(two);
#pragma GCC unroll 4
        for (int c = 0; c < columns; ++c) sum[r][c] = _mm512_dpbf16_ps(sum[r][c], both, line[c]);
      }
    }
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 4
    for (int c = 0; c < columns; ++c) _mm512_storeu_ps(sums + (r * columns + c) * 16, sum[r][c]);
}

template <int columns>
void few(long rows, float* sums, const uint16_t* from, long depth, const uint16_t* panel) {
  switch (rows) {
    case 1: return few<1, columns>(sums, from, depth, panel);
    case 2: return few<2, columns>(sums, from, depth, panel);
    case 3: return few<3, columns>(sums, from, depth, panel);
    case 4: return few<4, columns>(sums, from, depth, panel);
    case 5: return few<5, columns>(sums, from, depth, panel);
    case 6: return few<6, columns>(sums, from, depth, panel);
  }
}

void tile_avx512(float* sums, long rows, int columns, const uint16_t* from, long depth,
                 const uint16_t* panel) {
  for (long first = 0; first < rows; first += 6) {
    const long some = std::min<long>(6, rows - first);
    float* to = sums + first * columns * 16;
    const uint16_t* row = from + first * depth;
    switch (columns) {
      case 1: few<1>(some, to, row, depth, panel); break;
      case 2: few<2>(some, to, row, depth, panel); break;
      case 3: few<3>(some, to, row, depth, panel); break;
      case 4: few<4>(some, to, row, depth, panel); break;
    }
  }
}

// Tiles 0 to 3: sums, 16 rows of 16 numbers. 4: rows, 16 of 32. 5 to 7: squares.
struct Shapes {
  uint8_t palette = 1, start = 0, reserved[14] = {};
  uint16_t bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t lines[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

// Not on the stack: gcc 12 believes that the instruction reads 8 bytes, and leaves the
// others unwritten.
alignas(64) const Shapes shapes;

void begin_amx() { _tile_loadconfig(&shapes); }

void end_amx() { _tile_release(); }

void nothing() {}

// Rows beyond the last one are computed too, and not looked at.
template <int columns>
void tile_amx(float* sums, const uint16_t* from, long depth, const uint16_t* panel) {
  constexpr int stride = columns * 64;
  _tile_loadd(0, sums, stride);
  if constexpr (columns > 1) _tile_loadd(1, sums + 16, stride);
  if constexpr (columns > 2) _tile_loadd(2, sums + 32, stride);
  if constexpr (columns > 3) _tile_loadd(3, sums + 48, stride);
  for (long k = 0; k < depth; k += 32, panel += columns * square) {
    for (int line = 0; line < columns * 16; ++line)  // from the second cache, early
      _mm_prefetch((const char*)(panel + 2 * columns * square + line * 32), _MM_HINT_T0);
    _tile_loadd(4, from + k, depth * 2);
    _tile_loadd(5, panel, 64);
    _tile_dpbf16ps(0, 4, 5);
    if constexpr (columns > 1) {
      _tile_loadd(6, panel + square, 64);
      _tile_dpbf16ps(1, 4, 6);
    }
    if constexpr (columns > 2) {
      _tile_loadd(7, panel + 2 * square, 64);
      _tile_dpbf16ps(2, 4, 7);
    }
    if constexpr (columns > 3) {
      _tile_loadd(5, panel + 3 * square, 64);
      _tile_dpbf16ps(3, 4, 5);
    }
  }
  _tile_stored(0, sums, stride);
  if constexpr (columns > 1) _tile_stored(1, sums + 16, stride);
  if constexpr (columns > 2) _tile_stored(2, sums + 32, stride);
  if constexpr (columns > 3) _tile_stored(3, sums + 48, stride);
}

void tile_amx(float* sums, long, int columns, const uint16_t* from, long depth,
              const uint16_t* panel) {
  switch (columns) {
    case 1: return tile_amx<1>(sums, from, depth, panel);
    case 2: return tile_amx<2>(sums, from, depth, panel);
    case 3: return tile_amx<3>(sums, from, depth, panel);
    case 4: return tile_amx<4>(sums, from, depth, panel);
  }
}

}  // namespace

extern const HalfKernel by_avx512, by_amx;
const HalfKernel by_avx512{pack, round, tile_avx512, nothing, nothing};
const HalfKernel by_amx{pack, round, tile_amx, begin_amx, end_amx};

}  // namespace unrolled::bfloat16
