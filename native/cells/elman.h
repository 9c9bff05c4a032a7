// h′ = φ(a + u), φ tanh or relu; see src/unrolled/cells/elman.py.
#pragma once

#include "../activations.h"
#include "../moment.h"

namespace unrolled::UNROLLED_SET {

template <class T, bool relu> struct Elman {
  static constexpr int gates = 1;
  static constexpr bool remembers = false, carries = false, late = false;

  struct Forward {
    Moment<T>& now;

    void begin(Vector<T>* u, long row, const Panels<T>& panels, long block) const {
      for (int c = 0; c < panels.vectors; ++c)
        u[c] = load<T>(now.gates[row] + panels.first(block, c), panels.count(block, c));
    }

    void end(Vector<T>* u, long row, const Panels<T>& panels, long block) const {
      for (int c = 0; c < panels.vectors; ++c) {
        const Vector<T> n = relu ? (u[c] < Vector<T>{} ? Vector<T>{} : u[c]) : tanh<T>(u[c]);
        store<T>(now.m[row] + panels.first(block, c), n, panels.count(block, c));
      }
    }
  };

  struct Back {
    BackMoment<T>& now;

    UNROLLED_INLINE void unit(Vector<T> d_h, long row, long k, int count) const {
      const Vector<T> n = load<T>(now.m[row] + k, count);
      const Vector<T> none{}, one = all<T>(1);
      const Vector<T> slope = relu ? (n > none ? one : none) : one - n * n;
      store<T>(now.deltas[row] + k, d_h * slope, count);
    }
  };
};

}  // namespace unrolled::UNROLLED_SET
