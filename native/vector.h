// Vectors of numbers, as wide as the registers of the instruction set compiled for.
//
//   set        register   numbers (float, double)   registers   sums in a tile
//   avx512     64 bytes   16, 8                     32          24
//   avx2       32 bytes    8, 4                     16          12
//   neon       16 bytes    4, 2                     32          24
//   portable   16 bytes    4, 2                     16          12
//
// The compiler's own vector types do all arithmetic. Only what they cannot say is written
// for each set: the fused multiply-add, masks at the end of a row, a quick reciprocal.
// Everything is compiled with -ffp-contract=off, so that a product is fused with a sum
// where `fma` says so and nowhere else: the bits of a row must not depend on how many
// rows the compiler unrolled beside it.
#pragma once

#include <cstdint>
#include <cstring>

#if defined(UNROLLED_AVX512) || defined(UNROLLED_AVX2)
#include <immintrin.h>
#elif defined(UNROLLED_NEON)
#include <arm_neon.h>
#endif

#define UNROLLED_INLINE inline __attribute__((always_inline))

namespace unrolled::UNROLLED_SET {

#if defined(UNROLLED_AVX512)
constexpr int register_bytes = 64, sums_in_a_tile = 24;
#elif defined(UNROLLED_AVX2)
constexpr int register_bytes = 32, sums_in_a_tile = 12;
#elif defined(UNROLLED_NEON)
constexpr int register_bytes = 16, sums_in_a_tile = 24;
#else
constexpr int register_bytes = 16, sums_in_a_tile = 12;
#endif

template <class T> struct VectorOf;
template <> struct VectorOf<float> {
  typedef float type __attribute__((vector_size(register_bytes)));
  typedef int32_t bits __attribute__((vector_size(register_bytes)));
  typedef uint32_t unsigned_bits __attribute__((vector_size(register_bytes)));
};
template <> struct VectorOf<double> {
  typedef double type __attribute__((vector_size(register_bytes)));
  typedef int64_t bits __attribute__((vector_size(register_bytes)));
  typedef uint64_t unsigned_bits __attribute__((vector_size(register_bytes)));
};

template <class T> using Vector = typename VectorOf<T>::type;
template <class T> using Bits = typename VectorOf<T>::bits;
template <class T> using UnsignedBits = typename VectorOf<T>::unsigned_bits;
template <class T> constexpr int lanes = register_bytes / sizeof(T);

template <class T> UNROLLED_INLINE Vector<T> all(T value) { return value - Vector<T>{}; }

template <class T> UNROLLED_INLINE Vector<T> load(const T* from) {
  Vector<T> made;
  std::memcpy(&made, from, sizeof made);
  return made;
}

template <class T> UNROLLED_INLINE void store(T* to, Vector<T> value) {
  std::memcpy(to, &value, sizeof value);
}

// The first `count` numbers, and zeros for the rest: never a byte beyond the row.
template <class T> UNROLLED_INLINE Vector<T> load(const T* from, int count) {
  if (count >= lanes<T>) return load(from);
#if defined(UNROLLED_AVX512)
  if constexpr (sizeof(T) == 4)
    return (Vector<T>)_mm512_maskz_loadu_ps(__mmask16((1u << count) - 1), from);
  else
    return (Vector<T>)_mm512_maskz_loadu_pd(__mmask8((1u << count) - 1), from);
#else
  Vector<T> made{};
  for (int k = 0; k < count; ++k) made[k] = from[k];
  return made;
#endif
}

template <class T> UNROLLED_INLINE void store(T* to, Vector<T> value, int count) {
  if (count >= lanes<T>) return store(to, value);
#if defined(UNROLLED_AVX512)
  if constexpr (sizeof(T) == 4)
    _mm512_mask_storeu_ps(to, __mmask16((1u << count) - 1), (__m512)value);
  else
    _mm512_mask_storeu_pd(to, __mmask8((1u << count) - 1), (__m512d)value);
#else
  for (int k = 0; k < count; ++k) to[k] = value[k];
#endif
}

// a · b + c, rounded once where the set has the instruction.
#if defined(UNROLLED_AVX512)
UNROLLED_INLINE Vector<float> fma(Vector<float> a, Vector<float> b, Vector<float> c) {
  return (Vector<float>)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}
UNROLLED_INLINE Vector<double> fma(Vector<double> a, Vector<double> b, Vector<double> c) {
  return (Vector<double>)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
}
#elif defined(UNROLLED_AVX2)
UNROLLED_INLINE Vector<float> fma(Vector<float> a, Vector<float> b, Vector<float> c) {
  return (Vector<float>)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
}
UNROLLED_INLINE Vector<double> fma(Vector<double> a, Vector<double> b, Vector<double> c) {
  return (Vector<double>)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
}
#elif defined(UNROLLED_NEON)
UNROLLED_INLINE Vector<float> fma(Vector<float> a, Vector<float> b, Vector<float> c) {
  return (Vector<float>)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}
UNROLLED_INLINE Vector<double> fma(Vector<double> a, Vector<double> b, Vector<double> c) {
  return (Vector<double>)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
}
#else
template <class V> UNROLLED_INLINE V fma(V a, V b, V c) { return a * b + c; }
#endif

// 1 / a for a in [1, 2], to within one unit in the last place. One step of Newton after
// the 14-bit guess costs a quarter of the division.
template <class T> UNROLLED_INLINE Vector<T> reciprocal(Vector<T> a) {
#if defined(UNROLLED_AVX512)
  if constexpr (sizeof(T) == 4) {
    Vector<T> guess = (Vector<T>)_mm512_maskz_rcp14_ps(__mmask16(-1), (__m512)a);
    return fma(guess, fma(-a, guess, all<T>(1)), guess);
  }
#endif
  return all<T>(1) / a;
}

// Number j is a[which[j]], counted on into b.
template <class T>
UNROLLED_INLINE Vector<T> shuffled(Vector<T> a, Vector<T> b, Bits<T> which) {
#if defined(__clang__)
  Vector<T> made;
  for (int j = 0; j < lanes<T>; ++j)
    made[j] = which[j] < lanes<T> ? a[which[j]] : b[which[j] - lanes<T>];
  return made;
#else
  return __builtin_shuffle(a, b, which);
#endif
}

template <class To, class From> UNROLLED_INLINE To same_bits(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To made;
  std::memcpy(&made, &from, sizeof made);
  return made;
}

}  // namespace unrolled::UNROLLED_SET
