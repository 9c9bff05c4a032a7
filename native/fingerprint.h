// A number for all bytes of some memory, at the speed at which they can be read.
//
// Words stand side by side in lanes, and each goes into the sum of its lane: xor, an odd
// factor, a shift. None of the three loses anything, so one changed word always shows.
// The shift brings high bits down: without it two changed signs would cancel.
#pragma once

#include "vector.h"

namespace unrolled::UNROLLED_SET {

typedef uint32_t Words __attribute__((vector_size(register_bytes)));

inline uint64_t fingerprint(const void* data, size_t bytes, uint64_t seed) {
  constexpr int chains = 8;  // a product takes ten cycles, and eight of them no more
  constexpr size_t step = chains * sizeof(Words);
  Words sums[chains];
  for (int c = 0; c < chains; ++c)
    for (int k = 0; k < int(sizeof(Words) / 4); ++k)
      sums[c][k] = uint32_t(seed >> 16) + 2654435761u * uint32_t(c * 64 + k + 1);
  const char* at = static_cast<const char*>(data);
  size_t left = bytes;
  for (; left >= step; left -= step, at += step) {
    Words words[chains];
    std::memcpy(words, at, step);
#pragma GCC unroll 8
    for (int c = 0; c < chains; ++c) {
      sums[c] = (sums[c] ^ words[c]) * 2246822519u;
      sums[c] ^= sums[c] >> 15;
    }
  }
  uint64_t made = seed ^ bytes;
  auto mix = [&](uint64_t word) {
    made = (made ^ word) * 0x9E3779B97F4A7C15u;
    made ^= made >> 29;
  };
  for (; left; --left, ++at) mix(uint8_t(*at) + 1);
  for (const Words& sum : sums)
    for (int k = 0; k < int(sizeof(Words) / 4); ++k) mix(sum[k]);
  return made;
}

}  // namespace unrolled::UNROLLED_SET
