// Who does what: rows, units and lines of weights, shared out over threads.
//
//   there    weights packed by all │ W x + b and the sweep: a thread its own rows, or all
//            threads the units of all rows where the weights are large; directions side
//            by side
//   back     the same, then │ ∂L/∂x by tokens, the weights' gradients by their lines
//
// A bar is a meeting of all threads. There is none along time, except where units are
// shared. No sum is ever split over threads.
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "engine.h"

namespace unrolled {

// Whether packed weights are still those that are asked for: told by the caller's
// version, or else by a fingerprint of every byte, which no edit can hide from.
struct Stamp {
  int64_t version = -1;
  std::vector<uint64_t> parts;  // the fingerprint, as each thread took its part
};

// One direction of a layer: its engine, and how its weights were last packed.
template <class T> struct Layer {
  Widths widths;
  std::unique_ptr<AbstractEngine<T>> engine;
  Stamp stamp;  // of what it keeps packed by itself, for answers alone
  Buffer<T> gates;  // of answers alone, which nobody reads again
  Buffer<T> zeros[2], carried[2];  // first states and their gradients, where none are given
  std::mutex busy;
};

template <class T> struct Job {
  Layer<T>* layer;
  Weights<T> weights;
  int64_t version;  // of the weights, as far as the caller knows
  Direction<T> direction;
};

template <class T> void forward(std::vector<Job<T>>& jobs, const Batch& batch, int threads);

// With d_x null the inputs get no gradient.
template <class T>
void backward(std::vector<Job<T>>& jobs, const Batch& batch, T* d_x, int threads);

}  // namespace unrolled
