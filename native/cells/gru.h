// r, z = σ(a + u), h′ = z h + (1 − z) n; see src/unrolled/cells/gru.py. The candidate:
//
//   reset after    n = tanh(a_n + r ⊙ (R_n h + c_n))     one product for all three blocks
//   reset before   n = tanh(a_n + R_n (r ⊙ h) + c_n)     a second product, after r
//
// Kept are r, z, n and, beside them, R_n h + c_n or r ⊙ h. The deltas of the first form
// stand as (r ⊙ d_n, d_r, d_z, d_n): the first three belong to R, the last three to W.
#pragma once

#include "../activations.h"
#include "../moment.h"

namespace unrolled::UNROLLED_SET {

template <class T> struct GruAfter {
  static constexpr int gates = 3;
  static constexpr bool remembers = false, carries = true, late = false;

  struct Forward {
    Moment<T>& now;

    void begin(Vector<T>* u, long row, const Panels<T>& panels, long block) const {
      const long k = panels.first(block, 0), hidden = now.hidden;
      const int count = panels.count(block, 0);
      u[0] = load<T>(now.gates[row] + k, count);
      u[1] = load<T>(now.gates[row] + hidden + k, count);
      u[2] = now.c_n ? load<T>(now.c_n + k, count) : Vector<T>{};
    }

    void end(Vector<T>* u, long row, const Panels<T>& panels, long block) const {
      const long k = panels.first(block, 0), hidden = now.hidden;
      const int count = panels.count(block, 0);
      T* kept = now.gates[row] + k;
      const Vector<T> h = load<T>(now.h[row] + k, count);
      const Vector<T> r = sigmoid<T>(u[0]), z = sigmoid<T>(u[1]);
      const Vector<T> n = tanh<T>(fma(r, u[2], load<T>(kept + 2 * hidden, count)));
      store<T>(now.m[row] + k, fma(z, h, (all<T>(1) - z) * n), count);
      if (!now.keep) return;
      store<T>(kept, r, count);
      store<T>(kept + hidden, z, count);
      store<T>(kept + 2 * hidden, n, count);
      store<T>(kept + 3 * hidden, u[2], count);
    }
  };

  struct Back {
    BackMoment<T>& now;

    UNROLLED_INLINE void unit(Vector<T> d_h, long row, long k, int count) const {
      const long hidden = now.hidden;
      const Vector<T> one = all<T>(1);
      const T* kept = now.gates[row] + k;
      const Vector<T> r = load<T>(kept, count), z = load<T>(kept + hidden, count);
      const Vector<T> n = load<T>(kept + 2 * hidden, count);
      const Vector<T> u_n = load<T>(kept + 3 * hidden, count);
      const Vector<T> h = load<T>(now.h[row] + k, count);
      const Vector<T> d_n = d_h * (one - z) * (one - n * n);
      const Vector<T> d_z = d_h * (h - n) * (z * (one - z));
      const Vector<T> d_r = d_n * u_n * (r * (one - r));
      store<T>(now.d_h[row] + k, z * d_h, count);
      T* deltas = now.deltas[row] + k;
      store<T>(deltas, r * d_n, count);
      store<T>(deltas + hidden, d_r, count);
      store<T>(deltas + 2 * hidden, d_z, count);
      store<T>(deltas + 3 * hidden, d_n, count);
    }
  };
};

template <class T> struct GruBefore {
  static constexpr int gates = 2;  // in the first product; the candidate comes late
  static constexpr bool remembers = false, carries = true, late = true;

  // r and z, and with r the operand of the second product.
  struct Forward {
    Moment<T>& now;

    void begin(Vector<T>* u, long row, const Panels<T>& panels, long block) const {
      const long k = panels.first(block, 0);
      const int count = panels.count(block, 0);
      u[0] = load<T>(now.gates[row] + k, count);
      u[1] = load<T>(now.gates[row] + now.hidden + k, count);
    }

    void end(Vector<T>* u, long row, const Panels<T>& panels, long block) const {
      const long k = panels.first(block, 0);
      const int count = panels.count(block, 0);
      T* kept = now.gates[row] + k;
      const Vector<T> r = sigmoid<T>(u[0]);
      store<T>(kept, r, count);
      store<T>(kept + now.hidden, sigmoid<T>(u[1]), count);
      store<T>(kept + 3 * now.hidden, r * load<T>(now.h[row] + k, count), count);
    }
  };

  struct Late {
    Moment<T>& now;

    void begin(Vector<T>* u, long row, const Panels<T>& panels, long block) const {
      for (int c = 0; c < panels.vectors; ++c)
        u[c] = load<T>(now.gates[row] + 2 * now.hidden + panels.first(block, c),
                       panels.count(block, c));
    }

    void end(Vector<T>* u, long row, const Panels<T>& panels, long block) const {
      for (int c = 0; c < panels.vectors; ++c) {
        const long k = panels.first(block, c);
        const int count = panels.count(block, c);
        const Vector<T> n = tanh<T>(u[c]);
        const Vector<T> z = load<T>(now.gates[row] + now.hidden + k, count);
        const Vector<T> h = load<T>(now.h[row] + k, count);
        store<T>(now.gates[row] + 2 * now.hidden + k, n, count);
        store<T>(now.m[row] + k, fma(z, h, (all<T>(1) - z) * n), count);
      }
    }
  };

  struct Back {
    BackMoment<T>& now;

    UNROLLED_INLINE void unit(Vector<T> d_h, long row, long k, int count) const {
      const long hidden = now.hidden;
      const Vector<T> one = all<T>(1);
      const T* kept = now.gates[row] + k;
      const Vector<T> z = load<T>(kept + hidden, count);
      const Vector<T> n = load<T>(kept + 2 * hidden, count);
      const Vector<T> h = load<T>(now.h[row] + k, count);
      store<T>(now.d_h[row] + k, z * d_h, count);
      T* deltas = now.deltas[row] + k;
      store<T>(deltas + hidden, d_h * (h - n) * (z * (one - z)), count);
      store<T>(deltas + 2 * hidden, d_h * (one - z) * (one - n * n), count);
    }
  };

  // From ∂L/∂(r ⊙ h).
  struct BackLate {
    BackMoment<T>& now;

    void begin(Vector<T>* d_p, long, const Panels<T>& panels, long) const {
      for (int c = 0; c < panels.vectors; ++c) d_p[c] = Vector<T>{};
    }

    void end(Vector<T>* d_p, long row, const Panels<T>& panels, long block) const {
      for (int c = 0; c < panels.vectors; ++c) {
        const long k = panels.first(block, c);
        const int count = panels.count(block, c);
        const Vector<T> r = load<T>(now.gates[row] + k, count);
        const Vector<T> h = load<T>(now.h[row] + k, count);
        const Vector<T> d_h = load<T>(now.d_h[row] + k, count);
        store<T>(now.d_h[row] + k, fma(d_p[c], r, d_h), count);
        store<T>(now.deltas[row] + k, d_p[c] * h * (r * (all<T>(1) - r)), count);
      }
    }
  };
};

}  // namespace unrolled::UNROLLED_SET
