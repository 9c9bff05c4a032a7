// Rows of a decoder shared out over threads, and the way into attention from Python.

#include "attention.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "processor.h"
#include "rows.h"
#include "sets.h"

namespace nb = nanobind;

namespace unrolled {
namespace {

// A tanh takes as long as reading some numbers.
constexpr long for_tanh = 8;

// Adds the lines of a table (rows, size) to `to`, one after the other.
template <class T> void add_lines(T* __restrict__ to, const T* __restrict__ lines, long rows,
                                  long size) {
  for (long row = 0; row < rows; ++row)
    for (long k = 0; k < size; ++k) to[k] += lines[row * size + k];
}

// What a call says besides addresses.
struct Sizes {
  uintptr_t lengths;
  long rows, tokens, size, width;
  int threads;

  Rows shared(bool additive) const {
    if (size < 0 || width < 0) throw std::invalid_argument("sizes below 0");
    return Rows(lengths, rows, tokens, (additive ? for_tanh : 1) * size + width, threads);
  }
};

using Addresses = std::vector<uintptr_t>;

// keys, values, query, v, coverage, seen, weights
template <class T> Attention<T> given(const Sizes& sizes, const Addresses& list) {
  auto at = [&](size_t place) { return reinterpret_cast<T*>(list.at(place)); };
  Attention<T> made{};
  made.size = sizes.size, made.width = sizes.width;
  made.keys = at(0), made.values = at(1), made.query = at(2), made.v = at(3);
  made.coverage = at(4), made.seen = at(5), made.weights = at(6);
  return made;
}

template <class T>
void run(const Attention<T>& attention, const Rows& rows, const std::string& set, bool back) {
  const auto attend = set_named<T>(set).attend;
  rows.each([&](int, long row, long from, long to) {
    const FlushTiny tiny;
    attend(attention, back, row, from, to);
  });
}

template <class T>
void attend(const std::string& set, const Sizes& sizes, const Addresses& list,
            uintptr_t context) {
  Attention<T> attention = given<T>(sizes, list);
  attention.context = reinterpret_cast<T*>(context);
  const Rows rows = sizes.shared(attention.v);
  const nb::gil_scoped_release released;
  run(attention, rows, set, false);
}

// d_context, d_weights, d_query, d_seen; the sums of keys, values, v, coverage
template <class T>
void attend_back(const std::string& set, const Sizes& sizes, const Addresses& list,
                 const Addresses& back) {
  auto at = [&](size_t place) { return reinterpret_cast<T*>(back.at(place)); };
  Attention<T> attention = given<T>(sizes, list);
  attention.d_context = at(0), attention.d_weights = at(1);
  attention.d_query = at(2), attention.d_seen = at(3);
  attention.d_keys = at(4), attention.d_values = at(5);
  T *const d_v = at(6), *const d_coverage = at(7);
  const Rows rows = sizes.shared(attention.v);
  const nb::gil_scoped_release released;
  const long line = sizes.rows * sizes.size;
  static thread_local Buffer<T> parts;
  attention.d_v = parts.at_least(2 * line + sizes.tokens);
  attention.d_coverage = attention.d_v + line;
  attention.d_scores = attention.d_coverage + line;
  run(attention, rows, set, true);
  const FlushTiny tiny;
  if (attention.v && d_v) add_lines(d_v, attention.d_v, sizes.rows, sizes.size);
  if (attention.seen && d_coverage)
    add_lines(d_coverage, attention.d_coverage, sizes.rows, sizes.size);
  parts.keep_at_most(1 << 22);
}

}  // namespace

void bind_attention(nb::module_& module) {
  module.def(
      "attend",
      [](const std::string& set, bool wide, uintptr_t lengths, long rows, long tokens, long size,
         long width, const Addresses& tables, uintptr_t context, int threads) {
        const Sizes sizes{lengths, rows, tokens, size, width, threads};
        if (wide) attend<double>(set, sizes, tables, context);
        else attend<float>(set, sizes, tables, context);
      },
      nb::arg("instructions"), nb::arg("float64"), nb::arg("lengths"), nb::arg("rows"),
      nb::arg("tokens"), nb::arg("size"), nb::arg("width"), nb::arg("tables"),
      nb::arg("context"), nb::arg("threads"));
  module.def(
      "attend_back",
      [](const std::string& set, bool wide, uintptr_t lengths, long rows, long tokens, long size,
         long width, const Addresses& tables, const Addresses& back, int threads) {
        const Sizes sizes{lengths, rows, tokens, size, width, threads};
        if (wide) attend_back<double>(set, sizes, tables, back);
        else attend_back<float>(set, sizes, tables, back);
      },
      nb::arg("instructions"), nb::arg("float64"), nb::arg("lengths"), nb::arg("rows"),
      nb::arg("tokens"), nb::arg("size"), nb::arg("width"), nb::arg("tables"), nb::arg("back"),
      nb::arg("threads"));
}

}  // namespace unrolled
