// What every instruction set offers: a layer whose weights are packed for its kernels.
// Members of a team call each method together, and meet inside where they must.
#pragma once

#include <memory>
#include <vector>

#include "attention.h"
#include "fed.h"
#include "layer.h"
#include "step.h"
#include "team.h"

namespace unrolled {

template <class T> class AbstractEngine {
 public:
  virtual ~AbstractEngine() = default;

  // Bytes of the recurrent weights of one moment, packed.
  virtual long recurrent_bytes() const = 0;

  // Numbers that packed W and packed R take, there or back, whichever is more.
  virtual long numbers_W() const = 0;
  virtual long numbers_R() const = 0;

  // A number for every byte of this member's part of the weights.
  virtual uint64_t fingerprint(const Weights<T>&, const Team&) const = 0;

  // Into the direction's memory, or else into the layer's own.
  virtual void pack_forward(const Weights<T>&, const Direction<T>&, Team&) = 0;
  virtual void pack_back(const Weights<T>&, const Direction<T>&, Team&) = 0;

  // One moment of some rows for a stream, by one thread, from weights packed for that.
  // Every other one may take the weights from their end.
  virtual void pack_moment(const Weights<T>&) = 0;
  virtual void moment(const Weights<T>&, const Direction<T>&, const Batch&,
                      const std::vector<long>& rows, bool turn) = 0;

  // W x + b for the given rows, and then the sweep over them. Rows stand from long to
  // short, without any of length 0.
  virtual void forward(const Weights<T>&, const Direction<T>&, const Batch&,
                       const std::vector<long>& rows, Team&) = 0;

  // The sweep back: the table of deltas, and ∂L/∂(first states).
  virtual void back(const Weights<T>&, const Direction<T>&, const Batch&,
                    const std::vector<long>& rows, Team&) = 0;

  // ∂L/∂x = deltas · W for the tokens, or added to what stands there.
  virtual void input_gradient(const Direction<T>&, Range tokens, T* d_x, bool add) = 0;

  // The weights' gradients; each member of the team forms its part of them.
  virtual void weight_gradients(const Direction<T>&, const Batch&, Team&) = 0;
};

// One weight matrix, packed for products with rows that come one by one or many at once.
template <class T> class AbstractMatrix {
 public:
  virtual ~AbstractMatrix() = default;

  // out (rows, columns) = x (rows, depth) · weightᵀ + bias (columns), by one thread.
  virtual void multiply(const T* x, long rows, const T* bias, T* out) const = 0;
};

// What one instruction set gives: a layer, a matrix, σ and tanh by themselves, the
// attention of one row, one step of a cell, and a decoder that is fed its own output.
template <class T> struct Set {
  std::unique_ptr<AbstractEngine<T>> (*make)(const Widths&);
  std::unique_ptr<AbstractMatrix<T>> (*matrix)(const T* weight, long columns, long depth);
  void (*sigmoid)(const T* from, T* to, long count);
  void (*tanh)(const T* from, T* to, long count);
  void (*attend)(const Attention<T>&, bool back, long row, long from, long to);
  void (*step)(const Step<T>&, bool backwards);
  std::unique_ptr<AbstractFed<T>> (*fed)(const FedWidths&);
};

}  // namespace unrolled
