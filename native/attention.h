// Attention of a decoder's rows over the tokens of a source, at one moment: what goes in
// and out. The equations are those of src/unrolled/engine/attention.py. attention.cpp
// shares the rows out over threads, attention_kernel.h does one row.
#pragma once

namespace nanobind { class module_; }

namespace unrolled {

// Tables are row-major. `tokens` are those of the live rows, laid end to end; `rows` are
// the live ones.
template <class T> struct Attention {
  long size, width;
  const T *keys, *values;    // (tokens, size), (tokens, width)
  const T* query;            // (rows, size)
  const T* v;                // (size): additive; null: multiplicative
  const T *coverage, *seen;  // (size), (tokens): both or none
  T *weights, *context;      // (tokens), (rows, width)

  // On the way back, the weights being there already.
  const T *d_context, *d_weights;  // (rows, width), (tokens) or null
  T *d_query, *d_seen;             // (rows, size), (tokens) or null
  T *d_keys, *d_values;            // (tokens, ·): added to
  T* d_scores;                     // (tokens)
  T *d_v, *d_coverage;             // (rows, size): the part of each row
};

// Adds `attend` and `attend_back` to the module.
void bind_attention(nanobind::module_& module);

}  // namespace unrolled
