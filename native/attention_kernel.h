// Attention of one row, there and back. Every sum is formed over the tokens in rising
// order, or over the vectors of a line in rising order and then over their lanes.
#pragma once

#include <algorithm>

#include "activations.h"
#include "attention.h"

namespace unrolled::UNROLLED_SET {

// use(first number, how many) for each vector of a line; the compiler sees that all but
// the last are whole.
template <class T, class Use> UNROLLED_INLINE void each_vector(long size, const Use& use) {
  long k = 0;
  for (; k + lanes<T> <= size; k += lanes<T>) use(k, lanes<T>);
  if (k < size) use(k, int(size - k));
}

template <class T> UNROLLED_INLINE T total(Vector<T> a) {
#pragma GCC unroll 4
  for (int half = lanes<T> / 2; half; half /= 2) {
    Bits<T> which;
#pragma GCC unroll 16
    for (int j = 0; j < lanes<T>; ++j) which[j] = j ^ half;
    a = a + shuffled<T>(a, a, which);
  }
  return a[0];
}

// exp(x) for x ≤ 0; 0 where that is no normal number any more.
template <class T> UNROLLED_INLINE Vector<T> power(Vector<T> x) {
  const Split<T> s = split_exponent<T>(x);
  const Vector<T> e = fma(s.power, s.rest, s.power);
  return x < all<T>(Exponent<T>::lowest) ? Vector<T>{} : e;
}

// The tokens of one row, and what it asks.
template <class T, bool additive, bool covered> class AttentionRow {
 public:
  AttentionRow(const Attention<T>& all, long row, long from, long to)
      : a_(all), row_(row), from_(from), to_(to), query_(all.query + row * all.size) {}

  void there() const {
    for (long token = from_; token < to_; ++token) a_.weights[token] = score(token);
    softmax(a_.weights + from_, to_ - from_);
    long k = 0;
    for (; k + 4 * lanes<T> <= a_.width; k += 4 * lanes<T>) context<4>(k, lanes<T>);
    for (; k < a_.width; k += lanes<T>)
      context<1>(k, int(std::min<long>(a_.width - k, lanes<T>)));
  }

  void back() const {
    T shared = 0;
    for (long token = from_; token < to_; ++token) {
      a_.d_scores[token] = reached(token) + (a_.d_weights ? a_.d_weights[token] : T(0));
      shared += a_.weights[token] * a_.d_scores[token];
    }
    std::fill_n(a_.d_query + row_ * a_.size, a_.size, T(0));
    if (additive) std::fill_n(a_.d_v + row_ * a_.size, a_.size, T(0));
    if (covered) std::fill_n(a_.d_coverage + row_ * a_.size, a_.size, T(0));
    for (long token = from_; token < to_; ++token) {
      const T d_seen = through(token, a_.weights[token] * (a_.d_scores[token] - shared));
      if (covered) a_.d_seen[token] = d_seen;
    }
  }

 private:
  UNROLLED_INLINE Vector<T> key(long token, long k, int count) const {
    const Vector<T> plain = load<T>(a_.keys + token * a_.size + k, count);
    if (!covered) return plain;
    return fma(all<T>(a_.seen[token]), load<T>(a_.coverage + k, count), plain);
  }

  UNROLLED_INLINE T score(long token) const {
    Vector<T> sum{};
    each_vector<T>(a_.size, [&](long k, int count) __attribute__((always_inline)) {
      const Vector<T> met = key(token, k, count), asked = load<T>(query_ + k, count);
      sum = additive ? fma(load<T>(a_.v + k, count), tanh<T>(met + asked), sum)
                     : fma(met, asked, sum);
    });
    return total<T>(sum);
  }

  static void softmax(T* scores, long count) {
    if (!count) return;
    T top = scores[0];
    for (long k = 1; k < count; ++k) top = scores[k] > top ? scores[k] : top;
    Vector<T> sum{};
    each_vector<T>(count, [&](long k, int some) __attribute__((always_inline)) {
      store<T>(scores + k, power<T>(load<T>(scores + k, some) - all<T>(top)), some);
      sum = sum + load<T>(scores + k, some);  // zeros behind the last
    });
    const Vector<T> whole = all<T>(total<T>(sum));
    each_vector<T>(count, [&](long k, int some) __attribute__((always_inline)) {
      store<T>(scores + k, load<T>(scores + k, some) / whole, some);
    });
  }

  // Some vectors of the context, of `count` numbers each.
  template <int vectors> UNROLLED_INLINE void context(long k, int count) const {
    Vector<T> sums[vectors] = {};
    for (long token = from_; token < to_; ++token) {
      const Vector<T> weight = all<T>(a_.weights[token]);
      const T* value = a_.values + token * a_.width + k;
      for (int c = 0; c < vectors; ++c)
        sums[c] = fma(weight, load<T>(value + c * lanes<T>, count), sums[c]);
    }
    for (int c = 0; c < vectors; ++c)
      store<T>(a_.context + row_ * a_.width + k + c * lanes<T>, sums[c], count);
  }

  // What reaches a weight from the context; the value gets its gradient on the way.
  UNROLLED_INLINE T reached(long token) const {
    const T *value = a_.values + token * a_.width, *d = a_.d_context + row_ * a_.width;
    T* d_value = a_.d_values + token * a_.width;
    const Vector<T> weight = all<T>(a_.weights[token]);
    Vector<T> sum{};
    each_vector<T>(a_.width, [&](long k, int count) __attribute__((always_inline)) {
      const Vector<T> d_context = load<T>(d + k, count);
      sum = fma(d_context, load<T>(value + k, count), sum);
      store<T>(d_value + k, fma(weight, d_context, load<T>(d_value + k, count)), count);
    });
    return total<T>(sum);
  }

  // Adds what a score hands on; returns that of `seen`.
  UNROLLED_INLINE T through(long token, T d_score) const {
    T *d_key = a_.d_keys + token * a_.size, *d_query = a_.d_query + row_ * a_.size;
    T *d_v = a_.d_v + row_ * a_.size, *d_coverage = a_.d_coverage + row_ * a_.size;
    const Vector<T> d = all<T>(d_score), one = all<T>(1);
    Vector<T> d_seen{};
    each_vector<T>(a_.size, [&](long k, int count) __attribute__((always_inline)) {
      const Vector<T> met = key(token, k, count), asked = load<T>(query_ + k, count);
      Vector<T> d_met = d * asked, d_asked = load<T>(d_query + k, count);
      if (additive) {
        const Vector<T> shown = tanh<T>(met + asked);
        store<T>(d_v + k, fma(d, shown, load<T>(d_v + k, count)), count);
        d_met = d * load<T>(a_.v + k, count) * (one - shown * shown);
      }
      store<T>(d_query + k, additive ? d_asked + d_met : fma(d, met, d_asked), count);
      store<T>(d_key + k, load<T>(d_key + k, count) + d_met, count);
      if (!covered) return;
      d_seen = fma(load<T>(a_.coverage + k, count), d_met, d_seen);
      const Vector<T> before = load<T>(d_coverage + k, count);
      store<T>(d_coverage + k, fma(all<T>(a_.seen[token]), d_met, before), count);
    });
    return covered ? total<T>(d_seen) : T(0);
  }

  const Attention<T>& a_;
  const long row_, from_, to_;
  const T* const query_;
};

template <class T, bool additive, bool covered>
void attend_so(const Attention<T>& a, bool back, long row, long from, long to) {
  const AttentionRow<T, additive, covered> one(a, row, from, to);
  if (back) one.back();
  else one.there();
}

// One row there or back, with the tokens from `from` to before `to`.
template <class T> void attend(const Attention<T>& a, bool back, long row, long from, long to) {
  if (a.v && a.seen) return attend_so<T, true, true>(a, back, row, from, to);
  if (a.v) return attend_so<T, true, false>(a, back, row, from, to);
  if (a.seen) return attend_so<T, false, true>(a, back, row, from, to);
  attend_so<T, false, false>(a, back, row, from, to);
}

}  // namespace unrolled::UNROLLED_SET
