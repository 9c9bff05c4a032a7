// One step of a cell by itself, for loops that are written in Python: a and u are given,
// the products are theirs. step.cpp lets Python in, step_kernel.h does the work.
#pragma once

#include "layer.h"

namespace nanobind { class module_; }

namespace unrolled {

// Tables are row-major with a line for each row; states are `hidden` wide. h is that of a
// GRU, c and v those of an LSTM.
template <class T> struct Step {
  Cell cell;  // lstm or gru_after
  long rows, hidden;
  const T *a, *u, *v;        // (rows, blocks · hidden), and (3, hidden) or null
  const T *h, *c;            // before
  T *gates, *h_new, *c_new;  // (rows, 4 · hidden): i, f, g, o, or r, z, n, u_n

  const T *d_h, *d_c;         // ∂L/∂(h_new, c_new)
  T *d_a, *d_u;               // (rows, blocks · hidden); of an LSTM d_a is both
  T *d_h_before, *d_c_before; // (rows, hidden), without what flows through u
};

// Adds `step` to the module, for both ways.
void bind_step(nanobind::module_& module);

}  // namespace unrolled
