#include "schedule.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "pool.h"
#include "processor.h"

namespace unrolled {
namespace {

// Rows that have tokens, from long to short; equal ones as they came.
std::vector<long> sorted_rows(const Batch& batch) {
  std::vector<long> rows;
  for (long row = 0; row < batch.rows; ++row)
    if (batch.length(row)) rows.push_back(row);
  std::stable_sort(rows.begin(), rows.end(),
                   [&](long a, long b) { return batch.length(a) > batch.length(b); });
  return rows;
}

// Each group gets rows of every length: dealt out there and back, as cards are.
std::vector<long> dealt(const std::vector<long>& rows, int rank, int groups) {
  std::vector<long> mine;
  for (size_t k = 0; k < rows.size(); ++k) {
    const int turn = int(k % (2 * groups));
    if ((turn < groups ? turn : 2 * groups - 1 - turn) == rank) mine.push_back(rows[k]);
  }
  return mine;
}

// How many threads are worth waking: one for every 20 microseconds or so of work.
template <class T> int worthwhile(const std::vector<Job<T>>& jobs, const Batch& batch, int most) {
  double products = 0;
  for (const auto& job : jobs) {
    const Widths& w = job.layer->widths;
    products += double(batch.tokens()) * w.blocks() * w.hidden * (w.inputs + w.size);
  }
  return int(std::clamp<double>(products / 1e6, 1, most));
}

// Packs the weights if they have changed since. All threads take part.
template <class T> void refresh(Job<T>& job, std::vector<char>& changed, Team& team) {
  Layer<T>& layer = *job.layer;
  Stamp& stamp = layer.stamp;
  const bool keeps = !job.direction.packed_R;
  const bool known = keeps && stamp.version == job.version && int(stamp.parts.size()) == team.count;
  uint64_t now = 0;
  if (keeps) now = layer.engine->fingerprint(job.weights, team);
  changed[team.rank] = !known || now != stamp.parts[team.rank];
  team.meet();
  const bool any = std::count(changed.begin(), changed.begin() + team.count, 1);
  if (any) layer.engine->pack_forward(job.weights, job.direction, team);
  if (any && team.rank == 0) {
    stamp.version = job.version;
    stamp.parts.resize(keeps ? team.count : 0);  // what lies elsewhere is packed again
  }
  team.meet();
  if (any && keeps) stamp.parts[team.rank] = now;
}

// The directions and rows of one thread: sweep(job, rows, team) for each.
template <class T> class Sweeps {
 public:
  Sweeps(std::vector<Job<T>>& jobs, const Batch& batch, int threads)
      : jobs_(jobs), rows_(sorted_rows(batch)), threads_(threads) {
    for (size_t k = 0; k < jobs.size(); ++k) {
      const int members = std::max(1, to(k) - from(k));
      const bool large = jobs[k].layer->engine->recurrent_bytes() > core_cache_bytes() * 3 / 4;
      shared_.push_back(large && members > 1);
      barriers_.push_back(std::make_unique<Barrier>(members));
    }
  }

  template <class Sweep> void run(int rank, const Sweep& sweep) {
    static thread_local Barrier alone(1);
    for (size_t k = 0; k < jobs_.size(); ++k) {
      const bool mine = threads_ < int(jobs_.size()) ? rank == int(k) % threads_
                                                     : rank >= from(k) && rank < to(k);
      if (!mine) continue;
      const int members = threads_ < int(jobs_.size()) ? 1 : to(k) - from(k);
      const int place = members == 1 ? 0 : rank - from(k);
      if (shared_[k]) {
        Team team{place, members, *barriers_[k]};
        sweep(jobs_[k], rows_, team);
      } else {
        Team team{0, 1, alone};
        sweep(jobs_[k], dealt(rows_, place, members), team);
      }
    }
  }

 private:
  // Threads of a direction: [from, to).
  int from(size_t job) const { return int(threads_ * job / jobs_.size()); }
  int to(size_t job) const { return int(threads_ * (job + 1) / jobs_.size()); }

  std::vector<Job<T>>& jobs_;
  const std::vector<long> rows_;
  const int threads_;
  std::vector<bool> shared_;
  std::vector<std::unique_ptr<Barrier>> barriers_;
};

// A layer packs into memory of its own: one call at a time.
template <class T> class Held {
 public:
  explicit Held(std::vector<Job<T>>& jobs) {
    std::vector<Layer<T>*> layers;
    for (auto& job : jobs) layers.push_back(job.layer);
    std::sort(layers.begin(), layers.end());  // one order for all: no deadlock
    layers.erase(std::unique(layers.begin(), layers.end()), layers.end());
    for (auto* layer : layers) locks_.emplace_back(layer->busy);
  }

 private:
  std::vector<std::unique_lock<std::mutex>> locks_;
};

// A first state that is not given is zero. Rows without tokens hand theirs through.
template <class T> void begin(Job<T>& job, const Batch& batch) {
  const Widths& w = job.layer->widths;
  Direction<T>& d = job.direction;
  if (!d.gates && w.kept() > 1)
    d.gates = job.layer->gates.at_least(batch.tokens() * w.kept() * w.hidden);
  for (int which = 0; which < (w.cell == Cell::lstm ? 2 : 1); ++which) {
    const long width = which ? w.hidden : w.size;
    if (!d.first[which]) {
      T* zeros = job.layer->zeros[which].at_least(batch.rows * width);
      std::fill_n(zeros, batch.rows * width, T(0));
      d.first[which] = zeros;
    }
    for (long row = 0; d.last[which] && row < batch.rows; ++row)
      if (!batch.length(row))
        std::copy_n(d.first[which] + row * width, width, d.last[which] + row * width);
  }
}

// Their gradients begin as those of the last states, zero where none is given.
template <class T> void begin_back(Job<T>& job, const Batch& batch) {
  const Widths& w = job.layer->widths;
  Direction<T>& d = job.direction;
  for (int which = 0; which < (w.cell == Cell::lstm ? 2 : 1); ++which) {
    const long count = batch.rows * (which ? w.hidden : w.size);
    if (!d.d_first[which]) d.d_first[which] = job.layer->carried[which].at_least(count);
    if (d.d_last[which]) std::copy_n(d.d_last[which], count, d.d_first[which]);
    else std::fill_n(d.d_first[which], count, T(0));
  }
}

}  // namespace

template <class T> void forward(std::vector<Job<T>>& jobs, const Batch& batch, int threads) {
  Held<T> held(jobs);
  for (auto& job : jobs) begin(job, batch);
  if (!batch.tokens()) return;
  threads = worthwhile(jobs, batch, threads);
  Sweeps<T> sweeps(jobs, batch, threads);
  Barrier barrier(threads);
  std::vector<char> changed(threads);
  in_parallel(threads, [&](int rank) {
    FlushTiny tiny;
    Team all{rank, threads, barrier};
    for (auto& job : jobs) refresh(job, changed, all);
    all.meet();
    sweeps.run(rank, [&](Job<T>& job, const std::vector<long>& rows, Team& team) {
      job.layer->engine->forward(job.weights, job.direction, batch, rows, team);
    });
  });
  // Fresh memory costs a fault for every page, so a usual batch finds it here again.
  for (auto& job : jobs) job.layer->gates.keep_at_most(64 << 20);
}

template <class T>
void backward(std::vector<Job<T>>& jobs, const Batch& batch, T* d_x, int threads) {
  Held<T> held(jobs);
  for (auto& job : jobs) begin(job, batch), begin_back(job, batch);
  threads = worthwhile(jobs, batch, threads);
  Sweeps<T> sweeps(jobs, batch, threads);
  Barrier barrier(threads);
  in_parallel(threads, [&](int rank) {
    FlushTiny tiny;
    Team all{rank, threads, barrier};
    for (auto& job : jobs) job.layer->engine->pack_back(job.weights, job.direction, all);
    all.meet();
    sweeps.run(rank, [&](Job<T>& job, const std::vector<long>& rows, Team& team) {
      job.layer->engine->back(job.weights, job.direction, batch, rows, team);
    });
    all.meet();
    bool add = false;
    for (auto& job : jobs) {
      const Range tokens = all.share(batch.tokens());
      if (d_x && !job.direction.sweep_only) job.layer->engine->input_gradient(job.direction, tokens, d_x, add);
      add = true;
    }
    all.meet();  // packed weights make room for their gradients
    for (auto& job : jobs) job.layer->engine->weight_gradients(job.direction, batch, all);
  });
}

template void forward<float>(std::vector<Job<float>>&, const Batch&, int);
template void forward<double>(std::vector<Job<double>>&, const Batch&, int);
template void backward<float>(std::vector<Job<float>>&, const Batch&, float*, int);
template void backward<double>(std::vector<Job<double>>&, const Batch&, double*, int);

}  // namespace unrolled
