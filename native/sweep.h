// A layer along time over rows of unequal length, there and back.
//
//     rows    ███████████        time →      at each moment, for the rows still running:
//             ███████                        product, and the cell on its sums
//             ████
//
// Going back, every row begins at its own end, so the rows running are the same longest
// ones, from the first moment on. Weight gradients wait until the sweep is over
// (Appleyard et al. 2016, arXiv:1604.01946).
#pragma once

#include "cells/elman.h"
#include "cells/gru.h"
#include "cells/lstm.h"
#include "engine.h"
#include "fingerprint.h"
#include "gradients.h"
#include "halved.h"

namespace unrolled::UNROLLED_SET {

template <class T, class C> class Engine final : public AbstractEngine<T> {
 public:
  explicit Engine(const Widths& widths) : w_(widths) {
    const long H = w_.hidden, all = w_.blocks() * H;
    W_.plain(w_.inputs, all);
    W_back_.plain(all, w_.inputs);
    if (C::gates == 1) R_.plain(w_.size, H);
    else R_.shape(w_.size, H, C::gates, true);
    R_back_.plain(C::late ? 2 * H : all, w_.size);
    if (C::late) R_late_.plain(H, H), R_late_back_.plain(H, H);
    if (w_.projected) P_.plain(H, w_.size), P_back_.plain(w_.size, H);
  }

  long recurrent_bytes() const override {
    const long numbers = w_.blocks() * w_.hidden * w_.size;
    return sizeof(T) * (numbers + (w_.projected ? w_.hidden * w_.size : 0));
  }

  long numbers_W() const override { return std::max(W_.numbers(), W_back_.numbers()); }
  long numbers_R() const override { return std::max(R_.numbers(), R_back_.numbers()); }

  uint64_t fingerprint(const Weights<T>& weights, const Team& team) const override {
    const long all = w_.blocks() * w_.hidden;
    const std::pair<const T*, long> parts[] = {
        {weights.W, all * w_.inputs}, {weights.R, all * w_.size}, {weights.b, all},
        {weights.c, all},             {weights.P, w_.projected ? w_.size * w_.hidden : 0}};
    uint64_t made = 1;
    for (auto [data, count] : parts) {
      const Range mine = team.share(data ? count : 0);
      const size_t bytes = size_t(mine.to - mine.from) * sizeof(T);
      made = UNROLLED_SET::fingerprint(data + mine.from, bytes, made);
    }
    return made;
  }

  void pack_forward(const Weights<T>& weights, const Direction<T>& d, Team& team) override {
    const long H = w_.hidden, zero = 0, two = 2 * H;
    const long origins[4] = {0, H, 2 * H, 3 * H};
    if (team.rank == 0) {
      W_.lie_in(d.packed_W), R_.lie_in(d.packed_R);
      R_late_.lie_in(nullptr), P_.lie_in(nullptr);
      if (halves(d)) R_half_.room_for(R_);
      add_biases(weights);
    }
    team.meet();
    if (!d.sweep_only)
      pack_transposed(W_, weights.W, w_.inputs, &zero, team.share(W_.blocks));
    pack_transposed(R_, weights.R, w_.size, origins, team.share(R_.blocks));
    if (C::late) pack_transposed(R_late_, weights.R, H, &two, team.share(R_late_.blocks));
    if (w_.projected) pack_transposed(P_, weights.P, H, &zero, team.share(P_.blocks));
    team.meet();
    if (halves(d)) R_half_.pack(R_, team.share(R_.blocks));
    team.meet();
  }

  void pack_moment(const Weights<T>& weights) override {
    Barrier alone(1);
    Team one{0, 1, alone};
    pack_forward(weights, {}, one);
    if (!by_units()) return;
    const long H = w_.hidden, origins[4] = {0, H, 2 * H, 3 * H};
    W_units_.shape(w_.inputs, H, C::gates, true);
    W_units_.lie_in(nullptr);
    pack_transposed(W_units_, weights.W, w_.inputs, origins, {0, W_units_.blocks});
  }

  void pack_back(const Weights<T>& weights, const Direction<T>& d, Team& team) override {
    const long H = w_.hidden, size = w_.size, all = w_.blocks() * H;
    const bool turned = w_.cell == Cell::gru_after;  // deltas: (u_n, r, z, n)
    if (team.rank == 0) {
      W_back_.lie_in(d.packed_W), R_back_.lie_in(d.packed_R);
      R_late_back_.lie_in(nullptr), P_back_.lie_in(nullptr);
      if (halves(d)) R_half_.room_for(R_back_);
    }
    team.meet();
    if (!d.sweep_only)
      pack_plain(W_back_, weights.W, w_.inputs, {{0, all}}, team.share(W_back_.blocks));
    const Range mine = team.share(R_back_.blocks);
    if (turned) pack_plain(R_back_, weights.R, size, {{2 * H, H}, {0, 2 * H}}, mine);
    else pack_plain(R_back_, weights.R, size, {{0, R_back_.depth}}, mine);
    if (C::late)
      pack_plain(R_late_back_, weights.R, size, {{2 * H, H}}, team.share(R_late_back_.blocks));
    if (w_.projected)
      pack_plain(P_back_, weights.P, H, {{0, size}}, team.share(P_back_.blocks));
    team.meet();
    if (halves(d)) R_half_.pack(R_back_, mine);
    team.meet();
  }

  // With W x and R h of the same units one after the other, both matrices together are
  // taken there and back: see `step`.
  void moment(const Weights<T>& weights, const Direction<T>& d, const Batch& batch,
              const std::vector<long>& rows, bool turn) override {
    Barrier alone(1);
    Team one{0, 1, alone};
    if (!by_units()) return forward(weights, d, batch, rows, one);
    static thread_local Moment<T> now;
    static thread_local std::vector<const T*> x;
    const long count = long(rows.size());
    prepare(now, weights, d, count);
    x.resize(count);
    for (long r = 0; r < count; ++r) {
      locate(now, r, d, batch, rows[r], 0);
      x[r] = d.x + batch.starts[rows[r]] * w_.inputs;
    }
    const AffineByUnits<T> affine{bias_.get(), now.gates.data(), w_.hidden};
    typename C::Forward cell{now};
    for (long k = 0; k < R_.blocks; k += 2) {
      const long pairs = (R_.blocks - 1) / 2 * 2, first = turn ? pairs - k : k;
      const Range two{first, std::min(first + 2, R_.blocks), turn};
      multiply(W_units_, two, count, x.data(), 1, w_.inputs, affine);
      multiply(R_, two, count, now.h.data(), 1, w_.size, cell);
    }
    if (w_.projected) project(now, count, one);
    finish(d, batch, rows);
  }

  void forward(const Weights<T>& weights, const Direction<T>& d, const Batch& batch,
               const std::vector<long>& rows, Team& team) override {
    if (rows.empty()) return;
    if (!d.sweep_only) inputs(d, batch, rows, team);
    team.meet();
    static thread_local Moment<T> now;
    prepare(now, weights, d, long(rows.size()));
    long running = long(rows.size());
    const HalfUse half(halves(d));
    for (long t = 0; running; ++t) {
      for (long r = 0; r < running; ++r) locate(now, r, d, batch, rows[r], t);
      step(now, running, t % 2, team);
      while (running && batch.length(rows[running - 1]) == t + 1) --running;
    }
    if (team.rank == 0) finish(d, batch, rows);
  }

  void back(const Weights<T>& weights, const Direction<T>& d, const Batch& batch,
            const std::vector<long>& rows, Team& team) override {
    if (rows.empty()) return;
    static thread_local BackMoment<T> now;
    now.rows(rows.size());
    now.hidden = w_.hidden, now.half = halves(d), now.v = weights.v;
    const HalfUse half(now.half);
    const long count = long(rows.size());
    long running = count;
    for (long s = 0; running; ++s) {  // s moments before the end of each row
      for (long r = 0; r < running; ++r) locate_back(now, r, d, batch, rows[r], s);
      now.ends = s == 0;
      step_back(now, running, s % 2, team);
      while (running && batch.length(rows[running - 1]) == s + 1) --running;
    }
    // What is left reaches the first states.
    for (long r = 0; r < count; ++r)
      now.later[r] = d.d_gates + d.token(batch, rows[r], 0) * w_.delta_stride();
    Store<T> store{C::carries ? now.d_h.data() : nullptr, now.d_h.data()};
    multiply(R_back_, team.share(R_back_.blocks), count, now.later.data(), 1,
                   R_back_.depth, store);
    team.meet();
  }

  void input_gradient(const Direction<T>& d, Range tokens, T* d_x, bool add) override {
    static thread_local std::vector<const T*> from;
    static thread_local std::vector<T*> to;
    // In GRUs that reset after the product the first column belongs to R alone.
    const long skip = w_.cell == Cell::gru_after ? w_.hidden : 0;
    constexpr long together = 96;  // tokens: their deltas stay in the cache
    for (long first = tokens.from; first < tokens.to; first += together) {
      const long count = std::min(together, tokens.to - first);
      from.resize(count), to.resize(count);
      for (long k = 0; k < count; ++k) {
        from[k] = d.d_gates + (first + k) * w_.delta_stride() + skip;
        to[k] = d_x + (first + k) * w_.inputs;
      }
      Store<T> store{add ? to.data() : nullptr, to.data()};
      multiply(W_back_, {0, W_back_.blocks}, count, from.data(), 1, W_back_.depth,
                     store);
    }
  }

  void weight_gradients(const Direction<T>& d, const Batch& batch, Team& team) override {
    gradients_of_weights(w_, d, batch, team);
  }

 private:
  // While one lives, this thread may use the kernel of bfloat16.
  struct HalfUse {
    explicit HalfUse(bool used) : used(used) { if (used) Halved<T>::kernel()->begin(); }
    ~HalfUse() { if (used) Halved<T>::kernel()->end(); }
    const bool used;
  };

  bool halves(const Direction<T>& d) const { return d.sweep_only && Halved<T>::kernel(); }

  // Whether a block of R holds all gates of its units.
  bool by_units() const { return C::gates > 1 && !C::late; }

  void prepare(Moment<T>& now, const Weights<T>& weights, const Direction<T>& d, long rows) {
    now.rows(rows);
    now.hidden = w_.hidden, now.keep = d.keep, now.half = halves(d), now.v = weights.v;
    now.c_n = weights.c ? weights.c + 2 * w_.hidden : nullptr;  // of a GRU
  }

  // The bias of every sum of W x: b + c, but c_n of a GRU that resets after the product
  // stands inside the reset.
  void add_biases(const Weights<T>& weights) {
    const long H = w_.hidden, all = w_.blocks() * H;
    T* bias = bias_.at_least(all);
    const long with_c = w_.cell == Cell::gru_after ? 2 * H : all;
    for (long k = 0; k < all; ++k)
      bias[k] = (weights.b ? weights.b[k] : T(0)) + (weights.c && k < with_c ? weights.c[k] : T(0));
  }

  // Where W x + b of a token goes: to the gates, or, without gates, where h′ will stand.
  T* sum_of(const Direction<T>& d, long token) const {
    if (C::gates > 1) return d.gates + token * w_.kept() * w_.hidden;
    return d.inner ? d.inner + token * w_.hidden : d.out + token * d.out_stride;
  }

  void inputs(const Direction<T>& d, const Batch& batch, const std::vector<long>& rows,
              Team& team) {
    static thread_local std::vector<const T*> from;
    static thread_local std::vector<T*> to;
    constexpr long together = 96;
    from.clear(), to.clear();
    auto flush = [&] {
      Affine<T> use{bias_.get(), to.data()};
      multiply(W_, {0, W_.blocks}, long(from.size()), from.data(), 1, w_.inputs, use);
      from.clear(), to.clear();
    };
    for (long row : rows) {
      const Range mine = team.share(batch.length(row));
      for (long k = mine.from; k < mine.to; ++k) {
        const long token = batch.starts[row] + k;
        from.push_back(d.x + token * w_.inputs);
        to.push_back(sum_of(d, token));
        if (long(from.size()) == together) flush();
      }
    }
    if (!from.empty()) flush();
  }

  void locate(Moment<T>& now, long r, const Direction<T>& d, const Batch& batch, long row,
              long t) {
    const long H = w_.hidden, token = d.token(batch, row, t);
    const long before = t ? d.token(batch, row, t - 1) : 0;
    now.h[r] = t ? d.out + before * d.out_stride : d.first[0] + row * w_.size;
    now.gates[r] = sum_of(d, token);
    now.out[r] = d.out + token * d.out_stride;
    now.m[r] = d.inner ? d.inner + token * H : now.out[r];
    if (C::remembers) {  // without a table of them, c stays in the last state
      T* last = d.last[1] + row * H;
      now.c_new[r] = d.memory ? d.memory + token * H : last;
      now.c[r] = !t ? d.first[1] + row * H : d.memory ? d.memory + before * H : last;
    }
  }

  // Every other moment takes the weights from their end: what is left of them in the
  // cache is what was met last. Where they are a little too large for it, this is the
  // difference between finding most of them there and finding none.
  void step(Moment<T>& now, long running, bool turn, Team& team) {
    typename C::Forward cell{now};
    const Range mine = team.share(R_.blocks).turned(turn);
    if (now.half) R_half_.multiply(R_, mine, running, now.h.data(), w_.size, cell);
    else multiply(R_, mine, running, now.h.data(), 1, w_.size, cell);
    team.meet();
    if constexpr (C::late) {
      for (long r = 0; r < running; ++r) now.operands[r] = now.gates[r] + 3 * w_.hidden;
      typename C::Late late{now};
      multiply(R_late_, team.share(R_late_.blocks), running, now.operands.data(), 1,
                     w_.hidden, late);
      team.meet();
    }
    if (w_.projected) project(now, running, team);
  }

  void project(Moment<T>& now, long running, Team& team) {
    for (long r = 0; r < running; ++r) now.operands[r] = now.m[r];
    const Store<T> store{nullptr, now.out.data()};
    multiply(P_, team.share(P_.blocks), running, now.operands.data(), 1, w_.hidden, store);
    team.meet();
  }

  void finish(const Direction<T>& d, const Batch& batch, const std::vector<long>& rows) {
    for (long row : rows) {
      const long token = d.token(batch, row, batch.length(row) - 1);
      std::copy_n(d.out + token * d.out_stride, w_.size, d.last[0] + row * w_.size);
      if (C::remembers && d.memory)
        std::copy_n(d.memory + token * w_.hidden, w_.hidden, d.last[1] + row * w_.hidden);
    }
  }

  void locate_back(BackMoment<T>& now, long r, const Direction<T>& d, const Batch& batch,
                   long row, long s) {
    const long H = w_.hidden, t = batch.length(row) - 1 - s;
    const long token = d.token(batch, row, t);
    const long before = t ? d.token(batch, row, t - 1) : 0;
    if (C::gates > 1) now.gates[r] = sum_of(d, token);
    now.m[r] = d.inner ? d.inner + token * H : d.out + token * d.out_stride;
    now.h[r] = t ? d.out + before * d.out_stride : d.first[0] + row * w_.size;
    if (C::remembers) {
      now.c_new[r] = d.memory + token * H;
      now.c[r] = t ? d.memory + before * H : d.first[1] + row * H;
      now.d_c[r] = d.d_first[1] + row * H;
    }
    now.d_out[r] = d.d_out + token * d.d_out_stride;
    now.d_h[r] = d.d_first[0] + row * w_.size;
    now.later[r] = now.deltas[r];  // of the moment after, if there was one
    now.deltas[r] = d.d_gates + token * w_.delta_stride();
    if (w_.projected) now.d_hidden[r] = d.d_hidden + token * w_.size;
  }

  void step_back(BackMoment<T>& now, long running, bool turn, Team& team) {
    const long depth = now.ends ? 0 : R_back_.depth;
    const T* const* later = now.later.data();
    const Range mine = team.share(R_back_.blocks).turned(turn);
    if (w_.projected) {
      ToHidden<T> hidden{now};
      if (now.half) R_half_.multiply(R_back_, mine, running, later, depth, hidden);
      else multiply(R_back_, mine, running, later, 1, depth, hidden);
      team.meet();
      for (long r = 0; r < running; ++r) now.operands[r] = now.d_hidden[r];
      FromProjection<T, C> cell{now};
      multiply(P_back_, team.share(P_back_.blocks), running, now.operands.data(), 1,
                     w_.size, cell);
    } else {
      ThroughCell<T, C> cell{now};
      if (now.half) R_half_.multiply(R_back_, mine, running, later, depth, cell);
      else multiply(R_back_, mine, running, later, 1, depth, cell);
    }
    team.meet();
    if constexpr (C::late) {
      for (long r = 0; r < running; ++r) now.operands[r] = now.deltas[r] + 2 * w_.hidden;
      typename C::BackLate late{now};
      multiply(R_late_back_, team.share(R_late_back_.blocks), running,
                     now.operands.data(), 1, w_.hidden, late);
      team.meet();
    }
  }

  const Widths w_;
  Panels<T> W_, W_units_, R_, R_late_, P_, W_back_, R_back_, R_late_back_, P_back_;
  Halved<T> R_half_;
  Buffer<T> bias_;
};

}  // namespace unrolled::UNROLLED_SET
