// Where the lines of one moment lie: for each row still running, a pointer into each
// table. Nothing is gathered or copied: h before the step is the output of the row's
// last token, wherever that stands.
#pragma once

#include <vector>

#include "product.h"

namespace unrolled::UNROLLED_SET {

template <class T> struct Moment {
  long hidden;
  bool keep, half;           // half: R h in bfloat16
  const T *v, *c_n;          // peepholes; the bias of R_n h, if any
  std::vector<const T*> h;   // h before
  std::vector<T*> gates;     // a = W x + b on the way in, gates on the way out
  std::vector<const T*> c;   // c before
  std::vector<T*> c_new;
  std::vector<T*> m;         // h after, before any projection
  std::vector<T*> out;       // and after it
  std::vector<const T*> operands;  // of a second product

  void rows(size_t count) {
    h.resize(count), gates.resize(count), c.resize(count), c_new.resize(count);
    m.resize(count), out.resize(count), operands.resize(count);
  }
};

template <class T> struct BackMoment {
  long hidden;
  bool half;
  const T* v;
  std::vector<const T*> gates, c, c_new, h, m;
  std::vector<const T*> d_out;  // ∂L/∂output of this moment
  std::vector<T*> d_h;          // what reaches h before other than through R; (rows, size)
  std::vector<T*> d_c;          // ∂L/∂c after, then before
  std::vector<T*> deltas;       // of this moment
  std::vector<const T*> later;  // of the moment after it: what R carries back
  std::vector<T*> d_hidden;     // ∂L/∂h, where it has to be kept
  std::vector<const T*> operands;
  bool ends;                    // whether each row has its last moment now

  void rows(size_t count) {
    gates.resize(count), c.resize(count), c_new.resize(count), h.resize(count);
    m.resize(count), d_out.resize(count), d_h.resize(count), d_c.resize(count);
    deltas.resize(count), later.resize(count), d_hidden.resize(count);
    operands.resize(count);
  }
};

// Sums that begin from `add` (or from 0) and are stored: a line of columns each.
template <class T> struct Store {
  const T* const* add;  // a line for each row, or null
  T* const* to;

  void begin(Vector<T>* sums, long row, const Panels<T>& panels, long block) const {
    for (int c = 0; c < panels.vectors; ++c)
      sums[c] = add ? load<T>(add[row] + panels.first(block, c), panels.count(block, c))
                    : Vector<T>{};
  }

  void end(Vector<T>* sums, long row, const Panels<T>& panels, long block) const {
    for (int c = 0; c < panels.vectors; ++c)
      store<T>(to[row] + panels.first(block, c), sums[c], panels.count(block, c));
  }
};

// W x + b: every row begins from the same line.
template <class T> struct Affine {
  const T* bias;
  T* const* to;

  void begin(Vector<T>* sums, long, const Panels<T>& panels, long block) const {
    for (int c = 0; c < panels.vectors; ++c)
      sums[c] = load<T>(bias + panels.first(block, c), panels.count(block, c));
  }

  void end(Vector<T>* sums, long row, const Panels<T>& panels, long block) const {
    for (int c = 0; c < panels.vectors; ++c)
      store<T>(to[row] + panels.first(block, c), sums[c], panels.count(block, c));
  }
};

// The same where a block holds every gate of its units.
template <class T> struct AffineByUnits {
  const T* bias;
  T* const* to;
  long hidden;

  void begin(Vector<T>* sums, long, const Panels<T>& panels, long block) const {
    for (int gate = 0; gate < panels.vectors; ++gate)
      sums[gate] = load<T>(bias + gate * hidden + panels.first(block, gate),
                           panels.count(block, gate));
  }

  void end(Vector<T>* sums, long row, const Panels<T>& panels, long block) const {
    for (int gate = 0; gate < panels.vectors; ++gate)
      store<T>(to[row] + gate * hidden + panels.first(block, gate), sums[gate],
               panels.count(block, gate));
  }
};

// ∂L/∂h of a moment: from the output, from the end of the row or around R, and (the
// product) through R from the moment after. Then, with it still in the nearest cache, the cell.
template <class T, class C> struct ThroughCell {
  BackMoment<T>& now;
  typename C::Back cell{now};

  void begin(Vector<T>* d_h, long row, const Panels<T>& panels, long block) const {
    for (int c = 0; c < panels.vectors; ++c) {
      const long k = panels.first(block, c);
      const int count = panels.count(block, c);
      d_h[c] = load<T>(now.d_out[row] + k, count);
      if (now.ends || C::carries) d_h[c] = d_h[c] + load<T>(now.d_h[row] + k, count);
    }
  }

  void end(Vector<T>* d_h, long row, const Panels<T>& panels, long block) const {
    for (int c = 0; c < panels.vectors; ++c)
      if (const int count = panels.count(block, c); count > 0)
        cell.unit(d_h[c], row, panels.first(block, c), count);
  }
};

// The same in two products where the output is projected: ∂L/∂h is kept for ∂L/∂P, and
// ∂L/∂m = ∂L/∂h · P then goes through the cell.
template <class T> struct ToHidden {
  BackMoment<T>& now;

  void begin(Vector<T>* d_h, long row, const Panels<T>& panels, long block) const {
    for (int c = 0; c < panels.vectors; ++c) {
      const long k = panels.first(block, c);
      const int count = panels.count(block, c);
      d_h[c] = load<T>(now.d_out[row] + k, count);
      if (now.ends) d_h[c] = d_h[c] + load<T>(now.d_h[row] + k, count);
    }
  }

  void end(Vector<T>* d_h, long row, const Panels<T>& panels, long block) const {
    for (int c = 0; c < panels.vectors; ++c)
      store<T>(now.d_hidden[row] + panels.first(block, c), d_h[c], panels.count(block, c));
  }
};

template <class T, class C> struct FromProjection {
  BackMoment<T>& now;
  typename C::Back cell{now};

  void begin(Vector<T>* d_m, long, const Panels<T>& panels, long) const {
    for (int c = 0; c < panels.vectors; ++c) d_m[c] = Vector<T>{};
  }

  void end(Vector<T>* d_m, long row, const Panels<T>& panels, long block) const {
    for (int c = 0; c < panels.vectors; ++c)
      if (const int count = panels.count(block, c); count > 0)
        cell.unit(d_m[c], row, panels.first(block, c), count);
  }
};

}  // namespace unrolled::UNROLLED_SET
