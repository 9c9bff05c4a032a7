// The module unrolled._native: layers whose weights are packed, driven by addresses.
//
// Whoever calls has checked every tensor: the files of src/unrolled/engine/ and
// models/over_rows.py do, and nobody else should. A list of addresses stands in the order
// of the struct it fills, 0 for a tensor that is not there.

#include <nanobind/nanobind.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <stdexcept>
#include <variant>

#include "attention.h"
#include "fed.h"
#include "lengths.h"
#include "pooling.h"
#include "processor.h"
#include "schedule.h"
#include "sets.h"
#include "step.h"

namespace nb = nanobind;

namespace unrolled {
namespace {

// One direction of one layer in one precision.
class NativeLayer {
 public:
  NativeLayer(const std::string& cell, const std::string& set, bool wide, long inputs,
              long hidden, long size, bool projected) {
    if (inputs < 0 || hidden < 1 || size < 1) throw std::invalid_argument("widths below 1");
    const Widths widths{cell_named(cell), inputs, hidden, size, projected};
    if (wide) fill(layer_.emplace<Layer<double>>(), widths, set);
    else fill(layer_.emplace<Layer<float>>(), widths, set);
  }

  template <class T> Layer<T>& as() { return std::get<Layer<T>>(layer_); }
  // Numbers of packed W and packed R.
  std::pair<long, long> packed() {
    if (wide()) return {as<double>().engine->numbers_W(), as<double>().engine->numbers_R()};
    return {as<float>().engine->numbers_W(), as<float>().engine->numbers_R()};
  }
  bool wide() const { return std::holds_alternative<Layer<double>>(layer_); }

 private:
  template <class T> static void fill(Layer<T>& layer, const Widths& widths, const std::string& set) {
    layer.widths = widths;
    layer.engine = set_named<T>(set).make(widths);
  }

  std::variant<std::monostate, Layer<float>, Layer<double>> layer_;
};

using Addresses = std::vector<uintptr_t>;

template <class T> T* at(const Addresses& list, size_t place) {
  return reinterpret_cast<T*>(list.at(place));
}

template <class T> Weights<T> weights_at(const Addresses& w) {
  return {at<T>(w, 0), at<T>(w, 1), at<T>(w, 2), at<T>(w, 3), at<T>(w, 4), at<T>(w, 5)};
}

// first h, c, last h, c, x, out, gates, memory, inner, packed W, R
template <class T> Direction<T> direction_at(const Addresses& d, long out_stride, bool reverse,
                                             bool keep) {
  Direction<T> made;
  made.reverse = reverse, made.keep = keep, made.out_stride = out_stride;
  made.first[0] = at<T>(d, 0), made.first[1] = at<T>(d, 1);
  made.last[0] = at<T>(d, 2), made.last[1] = at<T>(d, 3);
  made.x = at<T>(d, 4), made.out = at<T>(d, 5), made.gates = at<T>(d, 6);
  made.memory = at<T>(d, 7), made.inner = at<T>(d, 8);
  made.packed_W = at<T>(d, 9), made.packed_R = at<T>(d, 10);
  return made;
}

// d_out, d_last h, c, d_first h, c, d_gates, d_hidden, d_W, d_R, d_P, d_v, d_bias
template <class T> void add_back(Direction<T>& to, const Addresses& d, long d_out_stride) {
  to.d_out = at<T>(d, 0), to.d_out_stride = d_out_stride;
  to.d_last[0] = at<T>(d, 1), to.d_last[1] = at<T>(d, 2);
  to.d_first[0] = at<T>(d, 3), to.d_first[1] = at<T>(d, 4);
  to.d_gates = at<T>(d, 5), to.d_hidden = at<T>(d, 6);
  to.d_W = at<T>(d, 7), to.d_R = at<T>(d, 8), to.d_P = at<T>(d, 9), to.d_v = at<T>(d, 10);
  to.d_bias = at<T>(d, 11);
}

// What a call has of each direction, the first of which reads forwards.
struct Call {
  std::vector<NativeLayer*> layers;
  std::vector<Addresses> weights;
  std::vector<int64_t> versions;
  std::vector<Addresses> tables;
  long tokens, out_stride;
  bool sweep_only;
};

template <class T> std::vector<Job<T>> jobs_of(const Call& call, bool first_reversed, bool keep) {
  std::vector<Job<T>> jobs;
  for (size_t k = 0; k < call.layers.size(); ++k)
    jobs.push_back({&call.layers[k]->template as<T>(), weights_at<T>(call.weights.at(k)),
                    call.versions.at(k),
                    direction_at<T>(call.tables.at(k), call.out_stride,
                                    first_reversed || k == 1, keep)});
  for (auto& job : jobs) job.direction.sweep_only = call.sweep_only;
  return jobs;
}

void run_forward(const Call& call, uintptr_t lengths, long rows, bool reverse, bool keep,
                 int threads) {
  const std::vector<int64_t> starts = starts_of(lengths, rows, call.tokens);
  const Batch batch{rows, starts.data()};
  nb::gil_scoped_release released;
  if (call.layers.at(0)->wide()) {
    auto jobs = jobs_of<double>(call, reverse, keep);
    forward<double>(jobs, batch, threads);
  } else {
    auto jobs = jobs_of<float>(call, reverse, keep);
    forward<float>(jobs, batch, threads);
  }
}

template <class T>
void run_backward_in(const Call& call, const std::vector<Addresses>& back, const Batch& batch,
                     bool reverse, long d_out_stride, uintptr_t d_x, int threads) {
  auto jobs = jobs_of<T>(call, reverse, true);
  for (size_t k = 0; k < jobs.size(); ++k) add_back<T>(jobs[k].direction, back.at(k), d_out_stride);
  backward<T>(jobs, batch, reinterpret_cast<T*>(d_x), threads);
}

void run_backward(const Call& call, const std::vector<Addresses>& back, uintptr_t lengths,
                  long rows, bool reverse, long d_out_stride, uintptr_t d_x, int threads) {
  const std::vector<int64_t> starts = starts_of(lengths, rows, call.tokens);
  const Batch batch{rows, starts.data()};
  nb::gil_scoped_release released;
  if (call.layers.at(0)->wide())
    run_backward_in<double>(call, back, batch, reverse, d_out_stride, d_x, threads);
  else
    run_backward_in<float>(call, back, batch, reverse, d_out_stride, d_x, threads);
}

// One moment after the other for some rows, with everything found beforehand: a step
// allocates nothing. h and c are read and written in place.
class NativeStream {
 public:
  // state h, c; gates; out
  NativeStream(NativeLayer& layer, const Addresses& weights, const Addresses& tables, long rows)
      : layer_(layer), weights_(weights), tables_(tables), starts_(rows + 1), rows_(rows) {
    for (long row = 0; row <= rows; ++row) starts_[row] = row;
    for (long row = 0; row < rows; ++row) rows_[row] = row;
  }

  void step(uintptr_t x, int64_t version) {
    if (layer_.wide()) step_in<double>(x, version);
    else step_in<float>(x, version);
  }

 private:
  template <class T> void step_in(uintptr_t x, int64_t version) {
    Layer<T>& layer = layer_.as<T>();
    const std::lock_guard<std::mutex> lock(layer.busy);
    const FlushTiny tiny;
    const Weights<T> weights = weights_at<T>(weights_);
    const Batch batch{long(rows_.size()), starts_.data()};
    Direction<T> d;
    d.first[0] = d.last[0] = at<T>(tables_, 0);
    d.first[1] = d.last[1] = at<T>(tables_, 1);
    d.gates = at<T>(tables_, 2), d.out = at<T>(tables_, 3), d.inner = at<T>(tables_, 4);
    d.out_stride = layer.widths.size;
    d.x = reinterpret_cast<const T*>(x);
    if (version != version_) layer.engine->pack_moment(weights);
    version_ = version;
    layer.engine->moment(weights, d, batch, rows_, turn_ = !turn_);
  }

  NativeLayer& layer_;
  const Addresses weights_, tables_;
  std::vector<int64_t> starts_;
  std::vector<long> rows_;
  int64_t version_ = -1;
  bool turn_ = false;
};

// A matrix in one precision; x and out are checked by src/unrolled/engine/product.py.
class NativeMatrix {
 public:
  NativeMatrix(const std::string& set, bool wide, uintptr_t weight, long columns, long depth) {
    if (columns < 1 || depth < 1) throw std::invalid_argument("widths below 1");
    if (wide) fill(matrix_.emplace<Held<double>>(), set, weight, columns, depth);
    else fill(matrix_.emplace<Held<float>>(), set, weight, columns, depth);
  }

  void multiply(uintptr_t x, long rows, uintptr_t bias, uintptr_t out) const {
    const FlushTiny tiny;
    if (auto wide = std::get_if<Held<double>>(&matrix_)) run(**wide, x, rows, bias, out);
    else run(*std::get<Held<float>>(matrix_), x, rows, bias, out);
  }

 private:
  template <class T> using Held = std::unique_ptr<AbstractMatrix<T>>;

  template <class T>
  static void fill(Held<T>& to, const std::string& set, uintptr_t weight, long columns,
                   long depth) {
    to = set_named<T>(set).matrix(reinterpret_cast<const T*>(weight), columns, depth);
  }

  template <class T>
  static void run(const AbstractMatrix<T>& matrix, uintptr_t x, long rows, uintptr_t bias,
                  uintptr_t out) {
    matrix.multiply(reinterpret_cast<const T*>(x), rows, reinterpret_cast<const T*>(bias),
                    reinterpret_cast<T*>(out));
  }

  std::variant<std::monostate, Held<float>, Held<double>> matrix_;
};

template <class T> void activate(const std::string& set, bool logistic, uintptr_t from,
                                 uintptr_t to, long count) {
  const Set<T> found = set_named<T>(set);
  const FlushTiny tiny;
  (logistic ? found.sigmoid : found.tanh)(reinterpret_cast<const T*>(from),
                                          reinterpret_cast<T*>(to), count);
}

}  // namespace
}  // namespace unrolled

NB_MODULE(_native, m) {
  using namespace unrolled;
  // Goes up by one with every change of what is said between here and src/unrolled/engine/.
  m.attr("interface") = 5;
  m.def("instruction_sets", &instruction_sets,
        "The instruction sets that were compiled and that run here, the quickest first.");
  nb::class_<NativeLayer>(m, "Layer")
      .def(nb::init<const std::string&, const std::string&, bool, long, long, long, bool>(),
           nb::arg("cell"), nb::arg("instructions"), nb::arg("float64"), nb::arg("inputs"),
           nb::arg("hidden"), nb::arg("size"), nb::arg("projected"))
      .def_prop_ro("packed", &NativeLayer::packed);
  nb::class_<Call>(m, "Call")
      .def("__init__",
           [](Call* self, std::vector<NativeLayer*> layers, std::vector<Addresses> weights,
              std::vector<int64_t> versions, std::vector<Addresses> tables, long tokens,
              long out_stride, bool sweep_only) {
             new (self) Call{std::move(layers), std::move(weights), std::move(versions),
                             std::move(tables), tokens, out_stride, sweep_only};
           },
           nb::arg("layers"), nb::arg("weights"), nb::arg("versions"), nb::arg("tables"),
           nb::arg("tokens"), nb::arg("out_stride"), nb::arg("sweep_only"));
  m.def("forward", &run_forward, nb::arg("call"), nb::arg("lengths"), nb::arg("rows"),
        nb::arg("reverse"), nb::arg("keep"), nb::arg("threads"));
  m.def("backward", &run_backward, nb::arg("call"), nb::arg("back"), nb::arg("lengths"),
        nb::arg("rows"), nb::arg("reverse"), nb::arg("d_out_stride"), nb::arg("d_x"),
        nb::arg("threads"));
  nb::class_<NativeStream>(m, "Stream")
      .def(nb::init<NativeLayer&, const Addresses&, const Addresses&, long>(), nb::arg("layer"),
           nb::arg("weights"), nb::arg("tables"), nb::arg("rows"), nb::keep_alive<1, 2>())
      .def("step", &NativeStream::step, nb::arg("x"), nb::arg("version"));
  nb::class_<NativeMatrix>(m, "Matrix")
      .def(nb::init<const std::string&, bool, uintptr_t, long, long>(), nb::arg("instructions"),
           nb::arg("float64"), nb::arg("weight"), nb::arg("columns"), nb::arg("depth"))
      .def("multiply", &NativeMatrix::multiply, nb::arg("x"), nb::arg("rows"), nb::arg("bias"),
           nb::arg("out"), nb::call_guard<nb::gil_scoped_release>());
  m.def("activate",
        [](const std::string& set, bool wide, bool logistic, uintptr_t from, uintptr_t to,
           long count) {
          if (wide) activate<double>(set, logistic, from, to, count);
          else activate<float>(set, logistic, from, to, count);
        },
        nb::arg("instructions"), nb::arg("float64"), nb::arg("logistic"), nb::arg("source"),
        nb::arg("target"), nb::arg("count"));
  bind_pooling(m);
  bind_attention(m);
  bind_fed(m);
  bind_step(m);
}
