// i, f, o = σ(a + u), g = tanh(a + u), c′ = f c + i g, h′ = o tanh(c′), perhaps with
// peepholes v; see src/unrolled/cells/lstm.py. Gates are kept as i, f, g, o.
#pragma once

#include "../activations.h"
#include "../moment.h"

namespace unrolled::UNROLLED_SET {

template <class T> struct Lstm {
  static constexpr int gates = 4;
  static constexpr bool remembers = true, carries = false, late = false;

  struct Forward {
    Moment<T>& now;

    void begin(Vector<T>* u, long row, const Panels<T>& panels, long block) const {
      const long k = panels.first(block, 0), hidden = now.hidden;
      const int count = panels.count(block, 0);
      for (int gate = 0; gate < 4; ++gate)
        u[gate] = load<T>(now.gates[row] + gate * hidden + k, count);
    }

    void end(Vector<T>* u, long row, const Panels<T>& panels, long block) const {
      const long k = panels.first(block, 0), hidden = now.hidden;
      const int count = panels.count(block, 0);
      const Vector<T> c = load<T>(now.c[row] + k, count);
      if (now.v) {
        u[0] = fma(load<T>(now.v + k, count), c, u[0]);
        u[1] = fma(load<T>(now.v + hidden + k, count), c, u[1]);
      }
      const Vector<T> i = sigmoid<T>(u[0]), f = sigmoid<T>(u[1]), g = tanh<T>(u[2]);
      const Vector<T> c_new = fma(f, c, i * g);
      if (now.v) u[3] = fma(load<T>(now.v + 2 * hidden + k, count), c_new, u[3]);
      const Vector<T> o = sigmoid<T>(u[3]);
      store<T>(now.c_new[row] + k, c_new, count);
      store<T>(now.m[row] + k, o * tanh<T>(c_new), count);
      if (!now.keep) return;
      T* kept = now.gates[row] + k;
      store<T>(kept, i, count);
      store<T>(kept + hidden, f, count);
      store<T>(kept + 2 * hidden, g, count);
      store<T>(kept + 3 * hidden, o, count);
    }
  };

  struct Back {
    BackMoment<T>& now;

    UNROLLED_INLINE void unit(Vector<T> d_h, long row, long k, int count) const {
      const long hidden = now.hidden;
      const Vector<T> one = all<T>(1);
      const T* kept = now.gates[row] + k;
      const Vector<T> i = load<T>(kept, count), f = load<T>(kept + hidden, count);
      const Vector<T> g = load<T>(kept + 2 * hidden, count);
      const Vector<T> o = load<T>(kept + 3 * hidden, count);
      const Vector<T> c = load<T>(now.c[row] + k, count);
      const Vector<T> shown = tanh<T>(load<T>(now.c_new[row] + k, count));
      const Vector<T> d_o = d_h * shown * (o * (one - o));
      Vector<T> d_c = load<T>(now.d_c[row] + k, count);
      d_c = fma(d_h * o, one - shown * shown, d_c);
      if (now.v) d_c = fma(load<T>(now.v + 2 * hidden + k, count), d_o, d_c);
      const Vector<T> d_i = d_c * g * (i * (one - i));
      const Vector<T> d_f = d_c * c * (f * (one - f));
      const Vector<T> d_g = d_c * i * (one - g * g);
      Vector<T> d_c_old = d_c * f;
      if (now.v) {
        d_c_old = fma(load<T>(now.v + k, count), d_i, d_c_old);
        d_c_old = fma(load<T>(now.v + hidden + k, count), d_f, d_c_old);
      }
      store<T>(now.d_c[row] + k, d_c_old, count);
      T* deltas = now.deltas[row] + k;
      store<T>(deltas, d_i, count);
      store<T>(deltas + hidden, d_f, count);
      store<T>(deltas + 2 * hidden, d_g, count);
      store<T>(deltas + 3 * hidden, d_o, count);
    }
  };
};

}  // namespace unrolled::UNROLLED_SET
