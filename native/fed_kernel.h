// The decoder of fed.h along time, there and back: some rows, by one thread.
//
//     there   a += W_o o │ R h, the cell │ Q h │ attention of each row │ tanh(Z [h; c] + k)
//     back    d_z from W_oᵀ δa │ Zᵀ d_z │ attention │ Qᵀ d_q │ Rᵀ δu, the cell
//
// As in sweep.h a moment is a list of lines, and every sum is formed over its numbers in
// rising order: nothing hangs on the rows beside it. On the way back each row begins at
// its own end.
#pragma once

#include "attention_kernel.h"
#include "cells/elman.h"
#include "cells/gru.h"
#include "cells/lstm.h"
#include "fed.h"

namespace unrolled::UNROLLED_SET {

// o = tanh(sums) ⊙ mask.
template <class T> struct Say {
  const T* k;
  T *const *said, *const *outputs;
  const T* const* mask;

  void begin(Vector<T>* sums, long, const Panels<T>& panels, long block) const {
    for (int c = 0; c < panels.vectors; ++c)
      sums[c] = load<T>(k + panels.first(block, c), panels.count(block, c));
  }

  void end(Vector<T>* sums, long row, const Panels<T>& panels, long block) const {
    for (int c = 0; c < panels.vectors; ++c) {
      const long at = panels.first(block, c);
      const int count = panels.count(block, c);
      const Vector<T> o = tanh<T>(sums[c]);
      store<T>(said[row] + at, o, count);
      if (mask[row]) store<T>(outputs[row] + at, o * load<T>(mask[row] + at, count), count);
    }
  }
};

// d_z = ∂L/∂o ⊙ mask ⊙ (1 − tanh²); the sums are what flows back through the feeding.
template <class T> struct SayBack {
  const T *const *d_outputs, *const *said, *const *mask;
  T* const* d_z;

  void begin(Vector<T>* sums, long row, const Panels<T>& panels, long block) const {
    for (int c = 0; c < panels.vectors; ++c)
      sums[c] = load<T>(d_outputs[row] + panels.first(block, c), panels.count(block, c));
  }

  void end(Vector<T>* sums, long row, const Panels<T>& panels, long block) const {
    for (int c = 0; c < panels.vectors; ++c) {
      const long at = panels.first(block, c);
      const int count = panels.count(block, c);
      const Vector<T> o = load<T>(said[row] + at, count);
      Vector<T> d = sums[c] * (all<T>(1) - o * o);
      if (mask[row]) d = d * load<T>(mask[row] + at, count);
      store<T>(d_z[row] + at, d, count);
    }
  }
};

template <class T, class C> class Fed final : public AbstractFed<T> {
 public:
  explicit Fed(const FedWidths& widths) : w_(widths) {
    const long H = w_.layer.hidden, all = w_.sums();
    W_.plain(w_.layer.inputs, all), W_o_.plain(w_.outputs, all);
    if (C::gates == 1) R_.plain(H, H);
    else R_.shape(H, H, C::gates, true);
    Z_.plain(w_.joint(), w_.outputs);
    W_o_back_.plain(all, w_.outputs), R_back_.plain(all, H);
    Z_back_.plain(w_.outputs, w_.joint());
    if (w_.asks) Q_.plain(H, w_.size), Q_back_.plain(w_.size, H);
  }

  void pack_forward(const FedWeights<T>& weights, Team& team) override {
    const long H = w_.layer.hidden, I = w_.layer.inputs, zero = 0;
    const long origins[4] = {0, H, 2 * H, 3 * H};
    if (team.rank == 0) {
      for (auto* one : {&W_, &W_o_, &R_, &Q_, &Z_}) one->lie_in(nullptr);
      add_biases(weights);
    }
    team.meet();
    const long stride = I + w_.outputs;
    pack_transposed(W_, weights.W, stride, &zero, team.share(W_.blocks));
    pack_transposed(W_o_, weights.W + I, stride, &zero, team.share(W_o_.blocks));
    pack_transposed(R_, weights.R, H, origins, team.share(R_.blocks));
    pack_transposed(Z_, weights.Z, w_.joint(), &zero, team.share(Z_.blocks));
    if (w_.asks) pack_transposed(Q_, weights.Q, H, &zero, team.share(Q_.blocks));
    team.meet();
  }

  void pack_back(const FedWeights<T>& weights, Team& team) override {
    const long H = w_.layer.hidden, I = w_.layer.inputs, all = w_.sums();
    if (team.rank == 0)
      for (auto* one : {&W_o_back_, &R_back_, &Q_back_, &Z_back_}) one->lie_in(nullptr);
    team.meet();
    const std::vector<std::pair<long, long>> plain{{0, all}}, turned{{2 * H, H}, {0, 2 * H}};
    const bool turns = w_.layer.cell == Cell::gru_after;  // deltas: (u_n, r, z, n)
    pack_plain(W_o_back_, weights.W + I, I + w_.outputs, plain, team.share(W_o_back_.blocks));
    pack_plain(R_back_, weights.R, H, turns ? turned : plain, team.share(R_back_.blocks));
    pack_plain(Z_back_, weights.Z, w_.joint(), {{0, w_.outputs}}, team.share(Z_back_.blocks));
    if (w_.asks)
      pack_plain(Q_back_, weights.Q, H, {{0, w_.size}}, team.share(Q_back_.blocks));
    team.meet();
  }

  void forward(const FedWeights<T>& weights, const FedTables<T>& d, const FedBatch& batch,
               const std::vector<long>& rows) override {
    inputs(d, batch, rows);
    static thread_local Moment<T> now;
    static thread_local Lines lines;
    now.rows(rows.size()), lines.resize(rows.size());
    now.hidden = w_.layer.hidden, now.keep = true, now.half = false, now.v = nullptr;
    now.c_n = weights.c ? weights.c + 2 * w_.layer.hidden : nullptr;  // of a GRU
    long running = long(rows.size());
    for (long t = 0; running; ++t) {
      for (long r = 0; r < running; ++r) locate(now, lines, r, d, batch, rows[r], t);
      const Store<T> feed{now.gates.data(), now.gates.data()};
      if (t) product(W_o_, running, lines.fed.data(), feed, t % 2);
      product(R_, running, now.h.data(), typename C::Forward{now}, t % 2);
      if (w_.asks)
        product(Q_, running, now.operands.data(), Store<T>{nullptr, lines.query.data()}, t % 2);
      for (long r = 0; r < running; ++r) look(weights, d, batch, rows[r], t);
      const Say<T> say{weights.k, lines.said.data(), lines.outputs.data(), lines.mask.data()};
      product(Z_, running, now.operands.data(), say, t % 2);
      while (running && batch.length(rows[running - 1]) == t + 1) --running;
    }
  }

  void back(const FedWeights<T>& weights, const FedTables<T>& d, const FedBatch& batch,
            const std::vector<long>& rows) override {
    static thread_local BackMoment<T> now;
    static thread_local Lines lines;
    static thread_local Buffer<T> joints, scratch;
    const long count = long(rows.size()), J = w_.joint();
    now.rows(count), lines.resize(count);
    now.hidden = w_.layer.hidden, now.half = false, now.v = nullptr;
    T* const d_joint = joints.at_least(count * J);
    // In GRUs the first column of the deltas belongs to R alone.
    const long skip = w_.layer.cell == Cell::gru_after ? w_.layer.hidden : 0;
    long running = count;
    for (long s = 0; running; ++s) {  // s moments before the end of each row
      for (long r = 0; r < running; ++r) {
        locate_back(now, lines, r, d, batch, rows[r], s);
        lines.d_joint[r] = d_joint + r * J;
        now.d_out[r] = lines.d_joint[r];
        lines.fed[r] = s ? now.later[r] + skip : nullptr;
      }
      now.ends = s == 0;
      const SayBack<T> say{lines.d_outputs.data(), lines.said.data(), lines.mask.data(),
                           lines.d_z.data()};
      product(W_o_back_, running, lines.fed.data(), say, s % 2, s == 0);
      const Store<T> joint{nullptr, lines.d_joint.data()};
      product(Z_back_, running, lines.d_z.data(), joint, s % 2);
      for (long r = 0; r < running; ++r)
        look_back(weights, d, batch, rows[r], batch.length(rows[r]) - 1 - s, lines.d_joint[r],
                  scratch);
      if (w_.asks) {
        const Store<T> add{lines.d_joint.data(), lines.d_joint.data()};
        product(Q_back_, running, lines.query.data(), add, s % 2);
      } else {
        for (long r = 0; r < running; ++r)
          for (long k = 0; k < w_.layer.hidden; ++k) lines.d_joint[r][k] += lines.query[r][k];
      }
      product(R_back_, running, now.later.data(), ThroughCell<T, C>{now}, s % 2, s == 0);
      while (running && batch.length(rows[running - 1]) == s + 1) --running;
    }
    for (long r = 0; r < count; ++r)
      now.later[r] = d.deltas + batch.starts[rows[r]] * w_.layer.delta_stride();
    const Store<T> first{C::carries ? now.d_h.data() : nullptr, now.d_h.data()};
    product(R_back_, count, now.later.data(), first, false);
    joints.keep_at_most(1 << 22), scratch.keep_at_most(1 << 22);
  }

 private:
  // The lines of a moment that no cell knows of.
  struct Lines {
    std::vector<const T*> fed, mask, d_outputs;
    std::vector<T*> query, said, outputs, d_z, d_joint;

    void resize(size_t count) {
      fed.resize(count), mask.resize(count), d_outputs.resize(count);
      for (auto* one : {&query, &said, &outputs, &d_z, &d_joint}) one->resize(count);
    }
  };

  // Every other moment takes a matrix from its end: see `step` in sweep.h.
  template <class Use>
  static void product(const Panels<T>& panels, long count, const T* const* from,
                      const Use& use, bool turn, bool empty = false) {
    multiply<T>(panels, Range{0, panels.blocks}.turned(turn), count, from, 1,
             empty ? 0 : panels.depth, use);
  }

  void add_biases(const FedWeights<T>& weights) {
    T* bias = bias_.at_least(w_.sums());
    // c_n of a GRU stands inside the reset.
    const long with_c = w_.layer.cell == Cell::gru_after ? 2 * w_.layer.hidden : w_.sums();
    for (long k = 0; k < w_.sums(); ++k)
      bias[k] = (weights.b ? weights.b[k] : T(0)) +
                (weights.c && k < with_c ? weights.c[k] : T(0));
  }

  // Where W x + b of a token goes: to the gates, or, without gates, where h′ will stand.
  T* sum_of(const FedTables<T>& d, long token) const {
    return C::gates > 1 ? d.gates + token * w_.layer.kept() * w_.layer.hidden
                        : d.joint + token * w_.joint();
  }

  void inputs(const FedTables<T>& d, const FedBatch& batch, const std::vector<long>& rows) {
    static thread_local std::vector<const T*> from;
    static thread_local std::vector<T*> to;
    from.clear(), to.clear();
    auto flush = [&] {
      const Affine<T> use{bias_.get(), to.data()};
      product(W_, long(from.size()), from.data(), use, false);
      from.clear(), to.clear();
    };
    for (long row : rows)
      for (long token = batch.starts[row]; token < batch.starts[row + 1]; ++token) {
        from.push_back(d.x + token * w_.layer.inputs), to.push_back(sum_of(d, token));
        if (from.size() == 96) flush();
      }
    if (!from.empty()) flush();
  }

  void locate(Moment<T>& now, Lines& lines, long r, const FedTables<T>& d,
              const FedBatch& batch, long row, long t) const {
    const long H = w_.layer.hidden, O = w_.outputs, token = batch.starts[row] + t;
    now.h[r] = t ? d.joint + (token - 1) * w_.joint() : d.h + row * H;
    now.gates[r] = sum_of(d, token);
    now.operands[r] = now.m[r] = d.joint + token * w_.joint();
    if (C::remembers) {
      now.c[r] = t ? d.memory + (token - 1) * H : d.c + row * H;
      now.c_new[r] = d.memory + token * H;
    }
    lines.fed[r] = t ? d.outputs + (token - 1) * O : nullptr;
    lines.query[r] = w_.asks ? d.query + token * w_.size : nullptr;
    lines.said[r] = d.said + token * O;
    lines.outputs[r] = d.outputs + token * O;
    lines.mask[r] = d.mask ? d.mask + row * O : nullptr;
  }

  void locate_back(BackMoment<T>& now, Lines& lines, long r, const FedTables<T>& d,
                   const FedBatch& batch, long row, long s) const {
    const long H = w_.layer.hidden, O = w_.outputs, t = batch.length(row) - 1 - s;
    const long token = batch.starts[row] + t;
    now.gates[r] = sum_of(d, token);
    now.m[r] = d.joint + token * w_.joint();
    now.h[r] = t ? d.joint + (token - 1) * w_.joint() : d.h + row * H;
    if (C::remembers) {
      now.c_new[r] = d.memory + token * H;
      now.c[r] = t ? d.memory + (token - 1) * H : d.c + row * H;
      now.d_c[r] = d.d_c + row * H;
    }
    now.d_h[r] = d.d_h + row * H;
    now.later[r] = now.deltas[r];  // of the moment after, if there was one
    now.deltas[r] = d.deltas + token * w_.layer.delta_stride();
    lines.d_outputs[r] = d.d_outputs + token * O;
    lines.said[r] = d.said + token * O;
    lines.mask[r] = d.mask ? d.mask + row * O : nullptr;
    lines.d_z[r] = d.d_z + token * O;
    lines.query[r] = d.d_query + token * w_.size;
  }

  // What both ways of attention have in common, for the source of one row alone.
  Attention<T> asked(const FedWeights<T>& weights, const FedTables<T>& d,
                     const FedBatch& batch, long row, long t) const {
    const long token = batch.starts[row] + t, first = batch.sources[row];
    Attention<T> a{};
    a.size = w_.size, a.width = w_.width;
    a.keys = d.keys + first * w_.size, a.values = d.values + first * w_.width;
    a.query = w_.asks ? d.query + token * w_.size : d.joint + token * w_.joint();
    a.v = weights.v;
    if (weights.coverage) a.coverage = weights.coverage, a.seen = d.seen + batch.pair(row, t);
    a.weights = d.weights + batch.pair(row, t);
    return a;
  }

  void look(const FedWeights<T>& weights, const FedTables<T>& d, const FedBatch& batch,
            long row, long t) const {
    const long many = batch.source(row), here = batch.pair(row, t);
    if (weights.coverage && !t) std::fill_n(d.seen + here, many, T(0));
    Attention<T> a = asked(weights, d, batch, row, t);
    a.context = d.joint + (batch.starts[row] + t) * w_.joint() + w_.layer.hidden;
    attend<T>(a, false, 0, 0, many);
    if (weights.coverage && t + 1 < batch.length(row))
      for (long k = here; k < here + many; ++k) d.seen[k + many] = d.seen[k] + d.weights[k];
  }

  void look_back(const FedWeights<T>& weights, const FedTables<T>& d, const FedBatch& batch,
                 long row, long t, const T* d_joint, Buffer<T>& scratch) const {
    const long many = batch.source(row), here = batch.pair(row, t);
    const long token = batch.starts[row] + t, S = w_.size;
    T* const free = scratch.at_least(2 * many + 2 * S);
    Attention<T> a = asked(weights, d, batch, row, t);
    a.d_context = d_joint + w_.layer.hidden;
    a.d_weights = d.d_weights ? d.d_weights + here : nullptr;
    a.d_query = d.d_query + token * S;
    a.d_keys = d.d_keys + batch.sources[row] * S;
    a.d_values = d.d_values + batch.sources[row] * w_.width;
    a.d_scores = free, a.d_v = free + 2 * many, a.d_coverage = a.d_v + S;
    const bool is_last = t + 1 == batch.length(row);
    if (weights.coverage) {
      // What is given to a token now is seen of it at all later moments.
      T* const reached = free + many;
      for (long k = 0; k < many; ++k)
        reached[k] = (a.d_weights ? a.d_weights[k] : T(0)) +
                     (is_last ? T(0) : d.d_seen[here + many + k]);
      a.d_weights = reached, a.d_seen = d.d_seen + here;
    }
    attend<T>(a, true, 0, 0, many);
    if (weights.v) add(d.d_v + row * S, a.d_v);
    if (!weights.coverage) return;
    if (many) add(d.d_coverage + row * S, a.d_coverage);
    for (long k = here; k < here + many; ++k)
      d.d_seen[k] += (d.d_seen_given ? d.d_seen_given[k] : T(0)) +
                     (is_last ? T(0) : d.d_seen[k + many]);
  }

  void add(T* __restrict__ to, const T* __restrict__ more) const {
    for (long k = 0; k < w_.size; ++k) to[k] += more[k];
  }

  const FedWidths w_;
  Panels<T> W_, W_o_, R_, Q_, Z_, W_o_back_, R_back_, Q_back_, Z_back_;
  Buffer<T> bias_;
};

template <class T> std::unique_ptr<AbstractFed<T>> make_fed(const FedWidths& widths) {
  switch (widths.layer.cell) {
    case Cell::elman_tanh: return std::make_unique<Fed<T, Elman<T, false>>>(widths);
    case Cell::elman_relu: return std::make_unique<Fed<T, Elman<T, true>>>(widths);
    case Cell::lstm: return std::make_unique<Fed<T, Lstm<T>>>(widths);
    case Cell::gru_after: return std::make_unique<Fed<T, GruAfter<T>>>(widths);
    default: throw std::invalid_argument("no decoder of this cell");
  }
}

}  // namespace unrolled::UNROLLED_SET
