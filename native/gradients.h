// The gradients of the weights: one product over all tokens for each.
//
//     ∂L/∂W = deltasᵀ x      ∂L/∂R = deltasᵀ h      ∂L/∂P = d_hᵀ m      ∂L/∂b = Σ deltas
//
// Tokens are taken in the order in which they lie, `chunk` of them at a time, so the sums
// are the same on any number of threads. A thread forms some lines of some of them.
#pragma once

#include "moment.h"

namespace unrolled::UNROLLED_SET {

// to[m][n] = Σ over tokens of left[token][m] · right(token)[n].
template <class T> struct OuterProduct {
  const T* left;
  long left_stride, lines;         // lines: of `to`, columns of left
  std::vector<const T*> right;     // a line for each token
  long columns;
  T* to;
};

template <class T>
void outer_product(const OuterProduct<T>& p, Range lines, Panels<T>& panels) {
  constexpr long chunk = 512;
  const long tokens = long(p.right.size());
  std::vector<T*> to(lines.to - lines.from);
  for (size_t m = 0; m < to.size(); ++m) {
    to[m] = p.to + (lines.from + m) * p.columns;
    if (!tokens) std::fill_n(to[m], p.columns, T(0));
  }
  for (long first = 0; first < tokens; first += chunk) {
    const long depth = std::min(chunk, tokens - first);
    panels.plain(depth, p.columns);
    panels.lie_in(nullptr);
    for (long block = 0; block < panels.blocks; ++block) {
      T* line = panels.block(block);
      for (long k = first; k < first + depth; ++k, line += panels.width())
        for (int v = 0; v < panels.vectors; ++v) {
          const int count = panels.count(block, v);
          const T* at = p.right[k] + panels.first(block, v);
          store<T>(line + v * lanes<T>, count ? load<T>(at, count) : Vector<T>{});
        }
    }
    // A few lines at a time. Where there are many blocks they are copied side by side:
    // across the table of deltas each number comes from a line of the cache of its own.
    constexpr long few = 2 * most_rows(4), wide = 16;
    static_assert(few <= wide && wide % lanes<T> == 0);
    static thread_local Buffer<T> beside;
    const bool copies = panels.blocks > 2;
    T* const copied = beside.at_least(chunk * wide);
    const T* from[few];
    for (long m = lines.from; m < lines.to; m += few) {
      const T* source = p.left + first * p.left_stride + m;
      for (long r = 0; r < few; ++r) from[r] = (copies ? copied : source) + r;
      for (long k = 0; copies && k < depth; ++k, source += p.left_stride)
        for (long v = 0; v < wide; v += lanes<T>) {
          const int count = int(std::clamp<long>(p.lines - m - v, 0, lanes<T>));
          store<T>(copied + k * wide + v, load<T>(source + v, count));
        }
      T* const* const here = to.data() + (m - lines.from);
      const Store<T> use{first ? here : nullptr, here};
      multiply(panels, {0, panels.blocks}, std::min(few, lines.to - m), from,
               copies ? wide : p.left_stride, depth, use);
    }
  }
}

// Columns [from, to) of the deltas, summed over tokens.
template <class T>
void sum_columns(const Widths& w, const Direction<T>& d, long tokens, Range columns) {
  for (long k = columns.from; k < columns.to; k += 4 * lanes<T>) {
    Vector<T> sums[4] = {};
    for (long token = 0; token < tokens; ++token)
      for (int v = 0; v < 4; ++v) {
        const long at = k + v * lanes<T>;
        const int count = int(std::clamp<long>(columns.to - at, 0, lanes<T>));
        sums[v] = sums[v] + load<T>(d.d_gates + token * w.delta_stride() + at, count);
      }
    for (int v = 0; v < 4; ++v) {
      const long at = k + v * lanes<T>;
      store<T>(d.d_bias + at, sums[v], int(std::clamp<long>(columns.to - at, 0, lanes<T>)));
    }
  }
}

// ∂L/∂v of the peepholes (3, hidden): Σ d_i c, Σ d_f c, Σ d_o c′.
template <class T>
void sum_peepholes(const Widths& w, const Direction<T>& d, const Batch& batch, Range units) {
  const long H = w.hidden;
  for (int which = 0; which < 3; ++which)
    std::fill(d.d_v + which * H + units.from, d.d_v + which * H + units.to, T(0));
  for (long row = 0; row < batch.rows; ++row)
    for (long t = 0; t < batch.length(row); ++t) {
      const long token = d.token(batch, row, t);
      const T* deltas = d.d_gates + token * w.delta_stride();
      const T* after = d.memory + token * H;
      const T* before = t ? d.memory + d.token(batch, row, t - 1) * H : d.first[1] + row * H;
      for (long k = units.from; k < units.to; ++k) {
        d.d_v[k] += deltas[k] * before[k];
        d.d_v[H + k] += deltas[H + k] * before[k];
        d.d_v[2 * H + k] += deltas[3 * H + k] * after[k];
      }
    }
}

// Every product of a direction, as the cell's table of deltas asks for.
template <class T>
std::vector<OuterProduct<T>> products(const Widths& w, const Direction<T>& d,
                                      const Batch& batch) {
  const long H = w.hidden, tokens = batch.tokens(), stride = w.delta_stride();
  std::vector<const T*> x(tokens), h(tokens), p, m;
  for (long token = 0; token < tokens; ++token) x[token] = d.x + token * w.inputs;
  for (long row = 0; row < batch.rows; ++row)
    for (long t = 0; t < batch.length(row); ++t)
      h[d.token(batch, row, t)] =
          t ? d.out + d.token(batch, row, t - 1) * d.out_stride : d.first[0] + row * w.size;
  std::vector<OuterProduct<T>> made;
  const long skip = w.cell == Cell::gru_after ? H : 0;
  if (d.d_W) made.push_back({d.d_gates + skip, stride, w.blocks() * H, x, w.inputs, d.d_W});
  if (d.d_R) switch (w.cell) {
    case Cell::gru_after:  // deltas for R stand as n, r, z
      made.push_back({d.d_gates, stride, H, h, w.size, d.d_R + 2 * H * w.size});
      made.push_back({d.d_gates + H, stride, 2 * H, h, w.size, d.d_R});
      break;
    case Cell::gru_before:  // R_n met r ⊙ h
      for (long token = 0; token < tokens; ++token) p.push_back(d.gates + (4 * token + 3) * H);
      made.push_back({d.d_gates, stride, 2 * H, h, w.size, d.d_R});
      made.push_back({d.d_gates + 2 * H, stride, H, p, w.size, d.d_R + 2 * H * w.size});
      break;
    default:
      made.push_back({d.d_gates, stride, w.blocks() * H, h, w.size, d.d_R});
  }
  if (d.d_P) {
    for (long token = 0; token < tokens; ++token) m.push_back(d.inner + token * H);
    made.push_back({d.d_hidden, w.size, w.size, m, H, d.d_P});
  }
  return made;
}

template <class T>
void gradients_of_weights(const Widths& w, const Direction<T>& d, const Batch& batch,
                          Team& team) {
  static thread_local Panels<T> panels;
  const auto all = products(w, d, batch);
  // Lines of all products one after the other, by their cost, cut into equal parts.
  long cost = 0, done = 0;
  for (const auto& p : all) cost += p.lines * p.columns;
  const Range mine = team.share(cost);
  for (const auto& p : all) {
    auto line = [&](long at) {
      return std::clamp<long>((at - done + p.columns - 1) / p.columns, 0, p.lines);
    };
    const Range lines{line(mine.from), line(mine.to)};
    if (lines.from < lines.to) outer_product(p, lines, panels);
    done += p.lines * p.columns;
  }
  const Range columns = team.share(w.deltas() * w.hidden);
  if (d.d_bias) sum_columns(w, d, batch.tokens(), columns);
  if (d.d_v) sum_peepholes(w, d, batch, team.share(w.hidden));
}

}  // namespace unrolled::UNROLLED_SET
