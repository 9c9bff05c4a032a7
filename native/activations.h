// The logistic function and the hyperbolic tangent, on whole vectors.
//
//   eʸ − 1 = 2ᵏ p(r) + (2ᵏ − 1)      with y = k ln 2 + r, |r| ≤ ½ ln 2, p(r) = eʳ − 1
//   σ(x)    = 1 / (1 + e)             for x ≥ 0, and e / (1 + e) below, e = exp(−|x|)
//   tanh(x) = −m / (1 + e)            with the sign of x, e = exp(−2|x|), m = e − 1;
//           = 1 − 2e / (1 + e)        where |x| is above 0.7
//
// Only exponents of y ≤ 0 are taken, so nothing overflows and no digit is lost where the
// result is small: near 0, k is 0 and tanh is as exact as p. p is Taylor's polynomial, of
// the degree whose first missing term is below half a unit in the last place.
//
// Error over the whole range: at most 3 units in the last place (tests/engine/
// test_activations.py). Below the smallest normal number, and within 1 % above it, σ is
// 0, or off by at most that number where there is no fused multiply-add.
#pragma once

#include "vector.h"

namespace unrolled::UNROLLED_SET {

template <class T> struct Exponent;
template <> struct Exponent<float> {
  static constexpr int degree = 8, mantissa = 23, bias = 127;
  static constexpr float lowest = -87.33f;         // exp of it is still a normal number
  static constexpr float saturated = -20.0f;       // 1 − tanh(10) rounds to 0
  static constexpr float magic = 12582912.0f;      // 1.5 · 2²³: a sum with it is rounded to
  static constexpr float ln2_high = 0.693145752f;  // an integer; ln 2 in two parts, the
  static constexpr float ln2_low = 1.42860677e-6f; // first with zeros at its end
};
template <> struct Exponent<double> {
  static constexpr int degree = 14, mantissa = 52, bias = 1023;
  static constexpr double lowest = -708.39;
  static constexpr double saturated = -40.0;
  static constexpr double magic = 6755399441055744.0;  // 1.5 · 2⁵²
  static constexpr double ln2_high = 0.693147180369123816490;
  static constexpr double ln2_low = 1.90821492927058770002e-10;
};

template <class T> struct Split {
  Vector<T> power;  // 2ᵏ
  Vector<T> rest;   // p(r)
};

constexpr double factorial(int n) { return n < 2 ? 1.0 : n * factorial(n - 1); }

// y ≤ 0, not below `lowest`. A y that is no number stays none.
template <class T> UNROLLED_INLINE Split<T> split_exponent(Vector<T> y) {
  using E = Exponent<T>;
  const T inverse_ln2 = T(1.44269504088896340736);
  const Vector<T> shifted = fma(y, all<T>(inverse_ln2), all<T>(E::magic));
  const Vector<T> k = shifted - all<T>(E::magic);
  Vector<T> r = fma(-k, all<T>(E::ln2_high), y);
  r = fma(-k, all<T>(E::ln2_low), r);
  Vector<T> p = all<T>(T(1 / factorial(E::degree)));
#pragma GCC unroll 16
  for (int n = E::degree - 1; n >= 2; --n) p = fma(p, r, all<T>(T(1 / factorial(n))));
  using U = UnsignedBits<T>;  // it may overflow where the result is not used
  const U whole = same_bits<U>(shifted) - same_bits<U>(all<T>(E::magic));
  const U power = (whole + unsigned(E::bias)) << unsigned(E::mantissa);
  return {same_bits<Vector<T>>(power), fma(p * r, r, r)};
}

template <class T> UNROLLED_INLINE Vector<T> negative_magnitude(Vector<T> x) {
  constexpr auto sign = decltype(Bits<T>{}[0])(1) << (8 * sizeof(T) - 1);
  return same_bits<Vector<T>>(same_bits<Bits<T>>(x) | sign);
}

template <class T> UNROLLED_INLINE Vector<T> sigmoid(Vector<T> x) {
  const Vector<T> y = negative_magnitude<T>(x);
  const Split<T> s = split_exponent<T>(y);
  Vector<T> e = fma(s.power, s.rest, s.power);
  e = y < all<T>(Exponent<T>::lowest) ? Vector<T>{} : e;
  const Vector<T> share = reciprocal<T>(all<T>(1) + e);
  return x < Vector<T>{} ? e * share : share;
}

template <class T> UNROLLED_INLINE Vector<T> tanh(Vector<T> x) {
  constexpr auto sign = decltype(Bits<T>{}[0])(1) << (8 * sizeof(T) - 1);
  Vector<T> y = negative_magnitude<T>(x);
  y = y + y;
  const Vector<T> floor = all<T>(Exponent<T>::saturated);
  y = y < floor ? floor : y;
  const Split<T> s = split_exponent<T>(y);
  const Vector<T> m = fma(s.power, s.rest, s.power - all<T>(1));
  const Vector<T> e = fma(s.power, s.rest, s.power);
  const Vector<T> below = all<T>(1) + e, share = reciprocal<T>(below);
  // Near saturation 1 − tanh² needs every bit: there what is small is taken from 1.
  Vector<T> size = m * share;
  size = fma(fma(-size, below, m), share, size);
  size = y < all<T>(T(-1.4)) ? fma(e + e, share, all<T>(-1)) : size;
  return same_bits<Vector<T>>((same_bits<Bits<T>>(x) & sign) |
                              (same_bits<Bits<T>>(size) & ~sign));
}

}  // namespace unrolled::UNROLLED_SET
