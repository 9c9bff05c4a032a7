#include "step.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "processor.h"
#include "sets.h"

namespace nb = nanobind;

namespace unrolled {
namespace {

using Addresses = std::vector<uintptr_t>;

// a, u, v, h, c, gates, h_new, c_new; on the way back the addresses go on with
// d_h, d_c, d_a, d_u, d_h_before, d_c_before
template <class T>
void run(const std::string& set, Cell cell, long rows, long hidden, const Addresses& list,
         bool backwards) {
  if (rows < 0 || hidden < 1) throw std::invalid_argument("sizes below 0");
  auto at = [&](size_t place) { return reinterpret_cast<T*>(list.at(place)); };
  Step<T> step{};
  step.cell = cell, step.rows = rows, step.hidden = hidden;
  step.a = at(0), step.u = at(1), step.v = at(2), step.h = at(3), step.c = at(4);
  step.gates = at(5), step.h_new = at(6), step.c_new = at(7);
  if (backwards) {
    step.d_h = at(8), step.d_c = at(9), step.d_a = at(10), step.d_u = at(11);
    step.d_h_before = at(12), step.d_c_before = at(13);
  }
  const auto found = set_named<T>(set).step;
  const nb::gil_scoped_release released;
  const FlushTiny tiny;
  found(step, backwards);
}

void run_any(const std::string& set, bool wide, bool lstm, long rows, long hidden,
             const Addresses& list, bool backwards) {
  const Cell cell = lstm ? Cell::lstm : Cell::gru_after;
  if (wide) run<double>(set, cell, rows, hidden, list, backwards);
  else run<float>(set, cell, rows, hidden, list, backwards);
}

}  // namespace

void bind_step(nb::module_& module) {
  module.def("step", &run_any, nb::arg("instructions"), nb::arg("float64"), nb::arg("lstm"),
             nb::arg("rows"), nb::arg("hidden"), nb::arg("tables"), nb::arg("backwards"));
}

}  // namespace unrolled
