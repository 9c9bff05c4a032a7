// A decoder with attention that is fed its own last output: what goes in and out. The
// equations and their letters are those of src/unrolled/engine/fed.py, for one layer of
// a cell. fed_kernel.h walks along time, fed.cpp shares the rows out over threads.
#pragma once

#include <cstdint>
#include <vector>

#include "layer.h"
#include "team.h"

namespace nanobind { class module_; }

namespace unrolled {

struct FedWidths {
  Widths layer;  // its inputs are those of x alone
  long outputs, size, width;
  bool asks;  // whether there is a Q

  long joint() const { return layer.hidden + width; }
  long sums() const { return layer.blocks() * layer.hidden; }
};

// Row-major, a pointer that is not wanted is null.
template <class T> struct FedWeights {
  const T *W, *R, *b, *c;       // W: (blocks · hidden, inputs + outputs)
  const T *Q, *v, *coverage;    // (size, hidden), (size), (size)
  const T *Z, *k;               // (outputs, hidden + width), (outputs)
};

// Tables of target tokens, row after row, but for those of sources, rows and pairs: a
// number for each target token and each token of its source.
template <class T> struct FedTables {
  const T *x;                   // (tokens, inputs)
  const T *keys, *values;       // (source tokens, size), (source tokens, width)
  const T *h, *c;               // first states, (rows, hidden)
  const T* mask;                // on o, (rows, outputs)

  T *gates, *memory;            // (tokens, kept · hidden), (tokens, hidden)
  T *joint, *query;             // [h; context] (tokens, hidden + width), (tokens, size)
  T *weights, *seen;            // (pairs)
  T *said, *outputs;            // (tokens, outputs): before the mask, and after it

  const T *d_outputs, *d_weights, *d_seen_given;
  T *d_z, *d_query;             // (tokens, outputs), (tokens, size)
  T *deltas, *d_seen;           // (tokens, delta_stride), (pairs)
  T *d_keys, *d_values;         // added to
  T *d_h, *d_c;                 // of the first states: zeros before
  T *d_v, *d_coverage;          // (rows, size): the part of each row, added to
};

// Where the tokens, source tokens and pairs of each row begin, and the last ones end.
struct FedBatch {
  std::vector<int64_t> starts, sources, pairs;

  long rows() const { return long(starts.size()) - 1; }
  long length(long row) const { return starts[row + 1] - starts[row]; }
  long source(long row) const { return sources[row + 1] - sources[row]; }
  long pair(long row, long moment) const { return pairs[row] + moment * source(row); }
};

// A team packs the weights together; then each member takes its rows, from long to short
// and without any of length 0, along time.
template <class T> class AbstractFed {
 public:
  virtual ~AbstractFed() = default;

  virtual void pack_forward(const FedWeights<T>&, Team&) = 0;
  virtual void pack_back(const FedWeights<T>&, Team&) = 0;
  virtual void forward(const FedWeights<T>&, const FedTables<T>&, const FedBatch&,
                       const std::vector<long>& rows) = 0;
  virtual void back(const FedWeights<T>&, const FedTables<T>&, const FedBatch&,
                    const std::vector<long>& rows) = 0;
};

// Adds `Fed` to the module.
void bind_fed(nanobind::module_& module);

}  // namespace unrolled
