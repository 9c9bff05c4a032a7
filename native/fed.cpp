// Rows of a decoder shared out over threads, and the way into it from Python.

#include "fed.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <mutex>
#include <stdexcept>
#include <variant>

#include "lengths.h"
#include "pool.h"
#include "processor.h"
#include "sets.h"

namespace nb = nanobind;

namespace unrolled {
namespace {

using Addresses = std::vector<uintptr_t>;

template <class T> T* at(const Addresses& list, size_t place) {
  return reinterpret_cast<T*>(list.at(place));
}

// W, R, b, c, Q, v, coverage, Z, k
template <class T> FedWeights<T> weights_at(const Addresses& w) {
  return {at<T>(w, 0), at<T>(w, 1), at<T>(w, 2), at<T>(w, 3), at<T>(w, 4),
          at<T>(w, 5), at<T>(w, 6), at<T>(w, 7), at<T>(w, 8)};
}

// In the order of the struct; those of the way back may be left out.
template <class T> FedTables<T> tables_at(const Addresses& d) {
  FedTables<T> made{};
  made.x = at<T>(d, 0), made.keys = at<T>(d, 1), made.values = at<T>(d, 2);
  made.h = at<T>(d, 3), made.c = at<T>(d, 4), made.mask = at<T>(d, 5);
  made.gates = at<T>(d, 6), made.memory = at<T>(d, 7), made.joint = at<T>(d, 8);
  made.query = at<T>(d, 9), made.weights = at<T>(d, 10), made.seen = at<T>(d, 11);
  made.said = at<T>(d, 12), made.outputs = at<T>(d, 13);
  if (d.size() == 14) return made;
  made.d_outputs = at<T>(d, 14), made.d_weights = at<T>(d, 15);
  made.d_seen_given = at<T>(d, 16), made.d_z = at<T>(d, 17), made.d_query = at<T>(d, 18);
  made.deltas = at<T>(d, 19), made.d_seen = at<T>(d, 20), made.d_keys = at<T>(d, 21);
  made.d_values = at<T>(d, 22), made.d_h = at<T>(d, 23), made.d_c = at<T>(d, 24);
  made.d_v = at<T>(d, 25), made.d_coverage = at<T>(d, 26);
  return made;
}

// Rows that have tokens, from long to short, and those of one thread: dealt out there and
// back, as cards are.
std::vector<long> dealt(const FedBatch& batch, int rank, int threads) {
  std::vector<long> rows, mine;
  for (long row = 0; row < batch.rows(); ++row)
    if (batch.length(row)) rows.push_back(row);
  std::stable_sort(rows.begin(), rows.end(),
                   [&](long a, long b) { return batch.length(a) > batch.length(b); });
  for (size_t k = 0; k < rows.size(); ++k) {
    const int turn = int(k % (2 * threads));
    if ((turn < threads ? turn : 2 * threads - 1 - turn) == rank) mine.push_back(rows[k]);
  }
  return mine;
}

// Its packed weights serve one call after the other.
class NativeFed {
 public:
  NativeFed(const std::string& cell, const std::string& set, bool wide, long inputs, long hidden,
            long outputs, long size, long width, bool asks) {
    if (inputs < 0 || hidden < 1 || outputs < 1 || size < 1 || width < 0)
      throw std::invalid_argument("widths below 1");
    if (!asks && size != hidden) throw std::invalid_argument("no query of that size");
    const FedWidths widths{{cell_named(cell), inputs, hidden, hidden, false},
                           outputs, size, width, asks};
    if (wide) fed_ = set_named<double>(set).fed(widths);
    else fed_ = set_named<float>(set).fed(widths);
  }

  void run(bool back, const Addresses& weights, const Addresses& tables, uintptr_t lengths,
           uintptr_t sources, long rows, long tokens, long source_tokens, int threads) {
    if (tables.size() != (back ? 27 : 14)) throw std::invalid_argument("tables are missing");
    FedBatch batch;
    batch.starts = starts_of(lengths, rows, tokens);
    batch.sources = starts_of(sources, rows, source_tokens);
    batch.pairs.resize(rows + 1);
    for (long row = 0; row < rows; ++row)
      batch.pairs[row + 1] = batch.pairs[row] + batch.length(row) * batch.source(row);
    const nb::gil_scoped_release released;
    const std::lock_guard<std::mutex> lock(busy_);
    if (auto one = std::get_if<std::unique_ptr<AbstractFed<double>>>(&fed_))
      run_in<double>(**one, back, weights, tables, batch, threads);
    else run_in<float>(*std::get<1>(fed_), back, weights, tables, batch, threads);
  }

 private:
  template <class T>
  static void run_in(AbstractFed<T>& fed, bool back, const Addresses& weights_list,
                     const Addresses& tables_list, const FedBatch& batch, int threads) {
    const FedWeights<T> weights = weights_at<T>(weights_list);
    const FedTables<T> tables = tables_at<T>(tables_list);
    threads = int(std::clamp<long>(batch.starts.back() / few, 1, threads));
    Barrier barrier(threads);
    in_parallel(threads, [&](int rank) {
      const FlushTiny tiny;
      Team team{rank, threads, barrier};
      const std::vector<long> rows = dealt(batch, rank, threads);
      if (back) {
        fed.pack_back(weights, team);
        if (!rows.empty()) fed.back(weights, tables, batch, rows);
      } else {
        fed.pack_forward(weights, team);
        if (!rows.empty()) fed.forward(weights, tables, batch, rows);
      }
    });
  }

  static constexpr long few = 8;  // tokens: less is not worth waking a thread
  std::variant<std::unique_ptr<AbstractFed<double>>, std::unique_ptr<AbstractFed<float>>> fed_;
  std::mutex busy_;
};

}  // namespace

void bind_fed(nb::module_& module) {
  nb::class_<NativeFed>(module, "Fed")
      .def(nb::init<const std::string&, const std::string&, bool, long, long, long, long, long,
                    bool>(),
           nb::arg("cell"), nb::arg("instructions"), nb::arg("float64"), nb::arg("inputs"),
           nb::arg("hidden"), nb::arg("outputs"), nb::arg("size"), nb::arg("width"),
           nb::arg("asks"))
      .def("run", &NativeFed::run, nb::arg("back"), nb::arg("weights"), nb::arg("tables"),
           nb::arg("lengths"), nb::arg("sources"), nb::arg("rows"), nb::arg("tokens"),
           nb::arg("source_tokens"), nb::arg("threads"));
}

}  // namespace unrolled
