// One step of some rows, there and back, by one thread: the cells of sweep.h without its
// products.
#pragma once

#include <algorithm>
#include <stdexcept>

#include "cells/gru.h"
#include "cells/lstm.h"
#include "step.h"

namespace unrolled::UNROLLED_SET {

template <class T, class C> void there(const Step<T>& step) {
  static thread_local Moment<T> now;
  const long H = step.hidden;
  now.rows(step.rows);
  now.hidden = H, now.keep = true, now.half = false, now.v = step.v, now.c_n = nullptr;
  Panels<T> units;
  units.shape(0, H, C::gates, true);
  const typename C::Forward cell{now};
  for (long row = 0; row < step.rows; ++row) {
    const T* u = step.u + row * C::gates * H;
    now.gates[row] = step.gates + row * 4 * H;
    now.m[row] = step.h_new + row * H;
    if (C::carries) now.h[row] = step.h + row * H;
    if (C::remembers) now.c[row] = step.c + row * H, now.c_new[row] = step.c_new + row * H;
    std::copy_n(step.a + row * C::gates * H, C::gates * H, now.gates[row]);
    for (long block = 0; block < units.blocks; ++block) {
      Vector<T> sums[C::gates];
      const long k = units.first(block, 0);
      const int count = units.count(block, 0);
      cell.begin(sums, row, units, block);
      for (int gate = 0; gate < C::gates; ++gate)
        sums[gate] = sums[gate] + load<T>(u + gate * H + k, count);
      cell.end(sums, row, units, block);
    }
  }
}

template <class T, class C> void back(const Step<T>& step) {
  static thread_local BackMoment<T> now;
  static thread_local Buffer<T> line;  // of a GRU: r ⊙ d_n, d_r, d_z, d_n
  const long H = step.hidden;
  now.rows(step.rows);
  now.hidden = H, now.v = step.v;
  const typename C::Back cell{now};
  for (long row = 0; row < step.rows; ++row) {
    now.gates[row] = step.gates + row * 4 * H;
    now.deltas[row] = C::carries ? line.at_least(4 * H) : step.d_a + row * 4 * H;
    if (C::carries) now.h[row] = step.h + row * H, now.d_h[row] = step.d_h_before + row * H;
    if (C::remembers) {
      now.c[row] = step.c + row * H, now.c_new[row] = step.c_new + row * H;
      now.d_c[row] = step.d_c_before + row * H;
      std::copy_n(step.d_c + row * H, H, now.d_c[row]);
    }
    for (long k = 0; k < H; k += lanes<T>) {
      const int count = int(std::min<long>(lanes<T>, H - k));
      cell.unit(load<T>(step.d_h + row * H + k, count), row, k, count);
    }
    if (!C::carries) continue;
    std::copy_n(now.deltas[row] + H, 3 * H, step.d_a + row * 3 * H);
    std::copy_n(now.deltas[row] + H, 2 * H, step.d_u + row * 3 * H);
    std::copy_n(now.deltas[row], H, step.d_u + row * 3 * H + 2 * H);
  }
}

template <class T> void step(const Step<T>& step, bool backwards) {
  if (step.cell == Cell::lstm) return backwards ? back<T, Lstm<T>>(step) : there<T, Lstm<T>>(step);
  if (step.cell == Cell::gru_after)
    return backwards ? back<T, GruAfter<T>>(step) : there<T, GruAfter<T>>(step);
  throw std::invalid_argument("a cell without a step of its own");
}

}  // namespace unrolled::UNROLLED_SET
