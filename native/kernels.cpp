// The engine of one instruction set. Compiled once for each, with its flags and with
// UNROLLED_SET as its name; everything inside lives in a namespace of that name.

#include <stdexcept>

#include "attention_kernel.h"
#include "fed_kernel.h"
#include "matrix.h"
#include "step_kernel.h"
#include "sweep.h"

namespace unrolled::UNROLLED_SET {

template <class T> std::unique_ptr<AbstractEngine<T>> make(const Widths& widths) {
  switch (widths.cell) {
    case Cell::elman_tanh: return std::make_unique<Engine<T, Elman<T, false>>>(widths);
    case Cell::elman_relu: return std::make_unique<Engine<T, Elman<T, true>>>(widths);
    case Cell::lstm: return std::make_unique<Engine<T, Lstm<T>>>(widths);
    case Cell::gru_after: return std::make_unique<Engine<T, GruAfter<T>>>(widths);
    case Cell::gru_before: return std::make_unique<Engine<T, GruBefore<T>>>(widths);
  }
  throw std::invalid_argument("no such cell");
}

template <class T, bool logistic> void activate(const T* from, T* to, long count) {
  for (long k = 0; k < count; k += lanes<T>) {
    const int some = int(std::min<long>(count - k, lanes<T>));
    const Vector<T> x = load<T>(from + k, some);
    store<T>(to + k, logistic ? sigmoid<T>(x) : tanh<T>(x), some);
  }
}

template <class T> Set<T> set() {
  return {make<T>,   matrix<T>, activate<T, true>, activate<T, false>,
          attend<T>, step<T>,   make_fed<T>};
}

template Set<float> set<float>();
template Set<double> set<double>();

}  // namespace unrolled::UNROLLED_SET
