// The one matrix product under everything here: a few rows times a packed panel.
//
//                 panel: depth × (columns of one tile), line after line
//                 ┌──────────────┐
//    rows         │ k = 0        │     sums[r][c] += row_r[k · step] · panel[k][c]
//    ┌────────┐   │ k = 1        │
//    │ row_0  │ · │ ...          │     6 rows × 4 vectors of sums never leave the
//    │ ...    │   └──────────────┘     registers while k runs
//    └────────┘
//
// Who multiplies says what the sums begin from and what is done with them at the end,
// while they are still in the nearest cache: store them, or apply the cell. They pass
// through memory once, so that one kernel serves every cell. Each sum is formed
// over k in rising order, one fused multiply-add after the other, so its bits depend on
// nothing but its row and its column: not on the rows beside it, not on the tile, not on
// the thread.
//
// Reference: Goto and van de Geijn 2008, "Anatomy of high-performance matrix
// multiplication", ACM TOMS 34(3), for packing; the cell on
// its sums: docs/decisions/0009-products.md.
#pragma once

#include <algorithm>
#include <vector>

#include "layer.h"
#include "vector.h"

namespace unrolled::UNROLLED_SET {

constexpr int most_rows(int columns) { return std::min(6, sums_in_a_tile / columns); }

// `blocks` panels, side by side. In a plain matrix a block is `vectors` vectors of
// consecutive columns. In an interleaved one it is one vector of units, once for each
// gate, so that a tile holds all gates of its units.
template <class T> struct Panels {
  Buffer<T> own;
  T* memory = nullptr;
  long depth = 0, columns = 0;  // columns: of a plain matrix, or units
  int vectors = 1;              // of one block
  bool interleaved = false;
  long blocks = 0;

  long width() const { return long(vectors) * lanes<T>; }
  long step() const { return interleaved ? lanes<T> : width(); }
  T* block(long number) const { return memory + number * depth * width(); }
  long numbers() const { return blocks * depth * width(); }
  void lie_in(T* given) { memory = given ? given : own.at_least(numbers()); }

  // A block of 4 vectors keeps the tile full; a narrower one pads fewer columns.
  void plain(long depth_, long columns_) {
    const long n = (columns_ + lanes<T> - 1) / lanes<T>;
    const double four = (n + 3) / 4 * 4, two = (n + 1) / 2 * 2 * 1.1, one = n * 1.4;
    shape(depth_, columns_, four <= two && four <= one ? 4 : two <= one ? 2 : 1, false);
  }

  void shape(long depth_, long columns_, int vectors_, bool interleaved_) {
    depth = depth_, columns = columns_, vectors = vectors_, interleaved = interleaved_;
    blocks = (columns + step() - 1) / step();
  }

  // The first row of the source matrix that makes vector `v` of a block, and how many.
  long first(long block, int v) const {
    return interleaved ? block * lanes<T> : block * width() + long(v) * lanes<T>;
  }
  int count(long block, int v) const {
    return int(std::clamp<long>(columns - first(block, v), 0, lanes<T>));
  }
};

// A square of numbers, its lines for its columns: swaps blocks off the diagonal, of 1, 2,
// 4, ... numbers (Eklundh 1972, IEEE Transactions on Computers C-21, 801-803).
template <class T> UNROLLED_INLINE void transpose(Vector<T> (&square)[lanes<T>]) {
#pragma GCC unroll 4
  for (int side = 1; side < lanes<T>; side *= 2) {
    Bits<T> low{}, high{};
#pragma GCC unroll 16
    for (int j = 0; j < lanes<T>; ++j) {
      low[j] = j & side ? lanes<T> + j - side : j;
      high[j] = j & side ? lanes<T> + j : j + side;
    }
#pragma GCC unroll 16
    for (int i = 0; i < lanes<T>; ++i)
      if (!(i & side)) {
        const Vector<T> a = square[i], b = square[i + side];
        square[i] = shuffled<T>(a, b, low);
        square[i + side] = shuffled<T>(a, b, high);
      }
  }
}

// panel[k][column] = source[row(column)][k]: a weight as it is stored, (out, in), made
// ready for in · weightᵀ. `origins` are the first rows of the gates of an interleaved
// matrix, or the one first row of a plain one.
template <class T>
void pack_transposed(Panels<T>& to, const T* source, long stride, const long* origins,
                     Range blocks) {
  for (long block = blocks.from; block < blocks.to; ++block)
    for (int v = 0; v < to.vectors; ++v) {
      const long row = origins[to.interleaved ? v : 0] + to.first(block, v);
      const int count = to.count(block, v);
      T* panel = to.block(block) + long(v) * lanes<T>;
      for (long k = 0; k < to.depth; k += lanes<T>) {
        const int some = int(std::min<long>(lanes<T>, to.depth - k));
        Vector<T> square[lanes<T>];
#pragma GCC unroll 16
        for (int lane = 0; lane < lanes<T>; ++lane)
          square[lane] = lane < count ? load<T>(source + (row + lane) * stride + k, some)
                                      : Vector<T>{};
        transpose<T>(square);
        for (int line = 0; line < some; ++line)
          store<T>(panel + (k + line) * to.width(), square[line]);
      }
    }
}

// panel[k][column] = source[line(k)][column], the matrix as it is stored. The lines come
// in `runs` of consecutive ones, each (first line, how many).
template <class T>
void pack_plain(Panels<T>& to, const T* source, long stride,
                const std::vector<std::pair<long, long>>& runs, Range blocks) {
  for (long block = blocks.from; block < blocks.to; ++block) {
    T* line = to.block(block);
    for (auto [first, many] : runs)
      for (long k = first; k < first + many; ++k, line += to.width())
        for (int v = 0; v < to.vectors; ++v) {
          const int count = to.count(block, v);
          const T* from = source + k * stride + to.first(block, v);
          store<T>(line + v * lanes<T>, count ? load<T>(from, count) : Vector<T>{});
        }
  }
}

constexpr long lines_ahead = 16;

// sums[r][c] += Σ over k of row_r[k · step] · panel[k][c], with the sums in registers.
template <class T, int rows, int columns>
void accumulate(Vector<T>* sums, const T* const* from, long step, long depth, const T* panel) {
  Vector<T> sum[rows][columns];
  const T* row[rows];
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r) {
    row[r] = from[r];
#pragma GCC unroll 4
    for (int c = 0; c < columns; ++c) sum[r][c] = sums[r * columns + c];
  }
  for (long k = 0; k < depth; ++k) {
    Vector<T> line[columns];
#pragma GCC unroll 4
    for (int c = 0; c < columns; ++c) {
      line[c] = load<T>(panel + c * lanes<T>);
      // Panels come from the second cache: asked for early, a tenth is won.
      __builtin_prefetch(panel + (lines_ahead * columns + c) * lanes<T>);
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r) {
      const Vector<T> one = all<T>(row[r][k * step]);
#pragma GCC unroll 4
      for (int c = 0; c < columns; ++c) sum[r][c] = fma(one, line[c], sum[r][c]);
    }
    panel += columns * lanes<T>;
  }
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 4
    for (int c = 0; c < columns; ++c) sums[r * columns + c] = sum[r][c];
}

// One row and two panels: a lone row has too few sums to keep the multipliers busy.
template <class T, int columns>
void accumulate_pair(Vector<T>* sums, const T* row, long step, long depth, const T* panel,
                     const T* other) {
  Vector<T> sum[columns], more[columns];
#pragma GCC unroll 4
  for (int c = 0; c < columns; ++c) sum[c] = sums[c], more[c] = sums[columns + c];
  for (long k = 0; k < depth; ++k) {
    const Vector<T> one = all<T>(row[k * step]);
#pragma GCC unroll 4
    for (int c = 0; c < columns; ++c) {
      sum[c] = fma(one, load<T>(panel + c * lanes<T>), sum[c]);
      __builtin_prefetch(panel + (lines_ahead * columns + c) * lanes<T>);
    }
#pragma GCC unroll 4
    for (int c = 0; c < columns; ++c) {
      more[c] = fma(one, load<T>(other + c * lanes<T>), more[c]);
      __builtin_prefetch(other + (lines_ahead * columns + c) * lanes<T>);
    }
    panel += columns * lanes<T>, other += columns * lanes<T>;
  }
#pragma GCC unroll 4
  for (int c = 0; c < columns; ++c) sums[c] = sum[c], sums[columns + c] = more[c];
}

template <class T, class Use>
void multiply_pair(const Panels<T>& panels, long block, long other, const T* row, long step,
                   long depth, const Use& use) {
  Vector<T> sums[8];
  const int columns = panels.vectors;
  use.begin(sums, 0, panels, block), use.begin(sums + columns, 0, panels, other);
  const T *panel = panels.block(block), *next = panels.block(other);
  switch (columns) {
    case 1: accumulate_pair<T, 1>(sums, row, step, depth, panel, next); break;
    case 2: accumulate_pair<T, 2>(sums, row, step, depth, panel, next); break;
    case 3: accumulate_pair<T, 3>(sums, row, step, depth, panel, next); break;
    case 4: accumulate_pair<T, 4>(sums, row, step, depth, panel, next); break;
  }
  use.end(sums, 0, panels, block), use.end(sums + columns, 0, panels, other);
}

template <class T, int columns>
void accumulate(long rows, Vector<T>* sums, const T* const* from, long step, long depth,
                const T* panel) {
  constexpr int most = most_rows(columns);
  switch (rows) {
    case 1: return accumulate<T, 1, columns>(sums, from, step, depth, panel);
    case 2: return accumulate<T, 2, columns>(sums, from, step, depth, panel);
    case 3: return accumulate<T, 3, columns>(sums, from, step, depth, panel);
    case 4: return accumulate<T, std::min(4, most), columns>(sums, from, step, depth, panel);
    case 5: return accumulate<T, std::min(5, most), columns>(sums, from, step, depth, panel);
    case 6: return accumulate<T, std::min(6, most), columns>(sums, from, step, depth, panel);
  }
}

// Rows times the blocks of the panels. `from[r]` is row r; its k-th number lies k · step
// further on. `use` fills the sums of a row and block, and gets them when they are done;
// with `depth` 0 that is all.
template <class T, class Use>
void multiply(const Panels<T>& panels, Range blocks, long count, const T* const* from,
              long step, long depth, const Use& use) {
  const int columns = panels.vectors;
  const int most = most_rows(columns);
  // Tiles of like height: 4 + 4 rows are quicker than 6 + 2.
  const long parts = (count + most - 1) / most;
  Vector<T> sums[sums_in_a_tile];
  for (long turn = 0; turn < blocks.to - blocks.from; ++turn) {
    const long block = blocks.down ? blocks.to - 1 - turn : blocks.from + turn;
    if (count == 1 && depth && turn + 1 < blocks.to - blocks.from) {
      const long other = blocks.down ? block - 1 : block + 1;
      multiply_pair(panels, block, other, from[0], step, depth, use);
      ++turn;
      continue;
    }
    for (long part = 0, first = 0; part < parts; ++part) {
      const long height = (count - first + parts - part - 1) / (parts - part);
      for (long r = 0; r < height; ++r) use.begin(sums + r * columns, first + r, panels, block);
      const T* panel = panels.block(block);
      switch (depth ? columns : 0) {
        case 1: accumulate<T, 1>(height, sums, from + first, step, depth, panel); break;
        case 2: accumulate<T, 2>(height, sums, from + first, step, depth, panel); break;
        case 3: accumulate<T, 3>(height, sums, from + first, step, depth, panel); break;
        case 4: accumulate<T, 4>(height, sums, from + first, step, depth, panel); break;
      }
      for (long r = 0; r < height; ++r) use.end(sums + r * columns, first + r, panels, block);
      first += height;
    }
  }
}

}  // namespace unrolled::UNROLLED_SET
