// What goes in and out of one layer, the same for every instruction set.
//
// A batch is ragged: rows laid end to end, a token is one line of every table. All
// tables are row-major; a pointer that is not wanted is null. Letters are those of the
// cells' equations (src/unrolled/cells): W x + b, R h + c, P m, v.
#pragma once

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

namespace unrolled {

enum class Cell : int { elman_tanh, elman_relu, lstm, gru_after, gru_before };

// Widths of one layer: `blocks` gates of `hidden` units; the output is `size` wide,
// which is `hidden` unless it is projected.
struct Widths {
  Cell cell;
  long inputs, hidden, size;
  bool projected;

  long blocks() const { return cell == Cell::lstm ? 4 : cell >= Cell::gru_after ? 3 : 1; }
  // How wide the table of gates is: a GRU keeps r, z, n and R_n h + c_n (or r ⊙ h).
  long kept() const { return cell <= Cell::elman_relu ? 1 : 4; }
  // Columns of the table of ∂L/∂gates: of a GRU that resets after the product the
  // candidate has two, (r ⊙ d_n, d_r, d_z, d_n).
  long deltas() const { return cell == Cell::gru_after ? 4 : blocks(); }
  // Its rows lie a cache line further apart: a power of two would put the same column
  // of all rows into one set of the cache.
  long delta_stride() const { return deltas() * hidden + 16; }
};

struct Range {
  long from, to;
  bool down = false;  // whether it is gone through from its end

  Range turned(bool turn) const { return {from, to, turn}; }
};

template <class T> struct Weights {
  const T *W, *R, *b, *c, *P, *v;
};

// Memory that grows and is never copied: aligned to a cache line.
template <class T> class Buffer {
 public:
  T* at_least(size_t count) {
    if (count > size_) {
      memory_.reset();
      size_ = 0;
      // Slack: a vector may read past the last number, and nothing is stored there.
      // Large ones lie on large pages where the system has them: small ones would cost
      // a look-up for every 4 KiB of weights, at every moment.
      const size_t page = count * sizeof(T) >= (1 << 18) ? 1 << 21 : 64;
      const size_t bytes = (count * sizeof(T) + 64 + page - 1) / page * page;
      void* made = std::aligned_alloc(page, bytes);
      if (!made) throw std::bad_alloc();
#if defined(MADV_HUGEPAGE)
      if (page > 64) madvise(made, bytes, MADV_HUGEPAGE);
#endif
      memory_.reset(static_cast<T*>(made));
      size_ = count;
    }
    return memory_.get();
  }
  T* get() const { return memory_.get(); }

  // Gives back what is larger than that.
  void keep_at_most(size_t bytes) {
    if (size_ * sizeof(T) > bytes) memory_.reset(), size_ = 0;
  }

 private:
  struct Free {
    void operator()(T* p) const { std::free(p); }
  };
  std::unique_ptr<T, Free> memory_;
  size_t size_ = 0;
};

// Rows laid end to end; `starts` has rows + 1 entries.
struct Batch {
  long rows;
  const int64_t* starts;
  long tokens() const { return starts[rows]; }
  long length(long row) const { return starts[row + 1] - starts[row]; }
};

// One direction of one layer on one batch. Tables of tokens unless told otherwise.
template <class T> struct Direction {
  bool reverse = false;
  const T* first[2] = {};  // h, c before the first token: (rows, size), (rows, hidden)
  T* last[2] = {};         // and after the last one
  const T* x = nullptr;    // (tokens, inputs)
  T* out = nullptr;        // (tokens, size), lines `out_stride` apart
  long out_stride = 0;
  T* gates = nullptr;      // (tokens, kept · hidden)
  T* memory = nullptr;     // (tokens, hidden): c, if kept
  T* inner = nullptr;      // (tokens, hidden): m, if projected
  bool keep = false;       // whether gates are to be read again
  // Whether W x + b stands in its place already, and the gradients of x, W and R are
  // formed elsewhere: large products in bfloat16 (src/unrolled/engine/half.py).
  bool sweep_only = false;
  // Memory for packed W and R, or null where the layer is to keep its own. On the way
  // back it is that of ∂L/∂W and ∂L/∂R, which are formed when nothing packed is needed
  // any more: a training step holds no copy of the weights.
  T *packed_W = nullptr, *packed_R = nullptr;

  const T* d_out = nullptr;  // (tokens, size), lines `d_out_stride` apart
  long d_out_stride = 0;
  const T* d_last[2] = {};
  T* d_first[2] = {};
  T* d_gates = nullptr;   // (tokens, delta_stride)
  T* d_hidden = nullptr;  // (tokens, size): ∂L/∂h, if projected
  T *d_W = nullptr, *d_R = nullptr, *d_P = nullptr, *d_v = nullptr;
  T* d_bias = nullptr;  // (deltas · hidden): the table of deltas, summed over tokens

  // The token read at moment t of a row, and the row's h before it.
  long token(const Batch& batch, long row, long moment) const {
    return reverse ? batch.starts[row + 1] - 1 - moment : batch.starts[row] + moment;
  }
};

}  // namespace unrolled
