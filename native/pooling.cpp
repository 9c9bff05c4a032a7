#include "pooling.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "rows.h"

namespace nb = nanobind;

namespace unrolled {
namespace {

// A value that is no number is the largest, and stays it.
template <class T> void raise_to(T* __restrict__ top, const T* __restrict__ x, long width) {
  for (long k = 0; k < width; ++k) top[k] = (x[k] > top[k]) | (x[k] != x[k]) ? x[k] : top[k];
}

template <class T> void add(T* __restrict__ total, const T* __restrict__ x, long width) {
  for (long k = 0; k < width; ++k) total[k] += x[k];
}

// Of each unit the largest value and the sum over the tokens of a row, (rows, width); 0
// for a row without tokens. Either may be left out. x is (tokens, width).
template <class T> void pool(const Rows& rows, long width, const T* x, T* top, T* total) {
  rows.each([=](int, long row, long from, long to) {
    T* const most = top ? top + row * width : nullptr;
    T* const sum = total ? total + row * width : nullptr;
    for (long k = 0; k < width; ++k) {
      if (most) most[k] = from < to ? x[from * width + k] : T(0);
      if (sum) sum[k] = 0;
    }
    for (long token = from; token < to; ++token) {
      if (most) raise_to(most, x + token * width, width);
      if (sum) add(sum, x + token * width, width);
    }
  });
}

// How many tokens of a row share the largest value of each unit.
template <class T>
void count_equal(T* __restrict__ count, const T* __restrict__ x, const T* __restrict__ top,
                 long width) {
  for (long k = 0; k < width; ++k) count[k] += x[k] == top[k] ? T(1) : T(0);
}

template <class T>
void hand_back(T* __restrict__ d_x, const T* __restrict__ x, const T* __restrict__ top,
               const T* __restrict__ share, const T* __restrict__ d_total, long width) {
  for (long k = 0; k < width; ++k)
    d_x[k] = (x[k] == top[k] ? T(1) : T(0)) * share[k] + d_total[k];
}

// The gradient of x, (tokens, width), from those of both, (rows, width): the tokens that
// are equally large share that of the largest. Either may be left out.
template <class T>
void pool_back(const Rows& rows, long width, const T* x, const T* top, const T* d_top,
               const T* d_total, T* d_x) {
  std::vector<T> shares(rows.threads() * width), none(width);
  rows.each([&, width, x, top, d_top, d_total, d_x](int rank, long row, long from, long to) {
    const T* const sum = d_total ? d_total + row * width : none.data();
    if (!d_top) {
      for (long token = from; token < to; ++token)
        std::copy(sum, sum + width, d_x + token * width);
      return;
    }
    T* const share = shares.data() + rank * width;
    const T* const most = top + row * width;
    std::fill(share, share + width, T(0));
    for (long token = from; token < to; ++token)
      count_equal(share, x + token * width, most, width);
    for (long k = 0; k < width; ++k)
      share[k] = d_top[row * width + k] / (share[k] < 1 ? T(1) : share[k]);
    for (long token = from; token < to; ++token)
      hand_back(d_x + token * width, x + token * width, most, share, sum, width);
  });
}

template <class T> T* at(uintptr_t address) { return reinterpret_cast<T*>(address); }

}  // namespace

void bind_pooling(nb::module_& module) {
  module.def(
      "pool",
      [](bool wide, uintptr_t lengths, long rows, uintptr_t x, long tokens, long width,
         uintptr_t top, uintptr_t total, int threads) {
        const Rows all(lengths, rows, tokens, width, threads);
        const nb::gil_scoped_release released;
        if (wide) pool(all, width, at<double>(x), at<double>(top), at<double>(total));
        else pool(all, width, at<float>(x), at<float>(top), at<float>(total));
      },
      nb::arg("float64"), nb::arg("lengths"), nb::arg("rows"), nb::arg("x"), nb::arg("tokens"),
      nb::arg("width"), nb::arg("top"), nb::arg("total"), nb::arg("threads"));
  module.def(
      "pool_back",
      [](bool wide, uintptr_t lengths, long rows, uintptr_t x, long tokens, long width,
         uintptr_t top, uintptr_t d_top, uintptr_t d_total, uintptr_t d_x, int threads) {
        const Rows all(lengths, rows, tokens, width, threads);
        const nb::gil_scoped_release released;
        if (wide)
          pool_back(all, width, at<double>(x), at<double>(top), at<double>(d_top),
                    at<double>(d_total), at<double>(d_x));
        else
          pool_back(all, width, at<float>(x), at<float>(top), at<float>(d_top),
                    at<float>(d_total), at<float>(d_x));
      },
      nb::arg("float64"), nb::arg("lengths"), nb::arg("rows"), nb::arg("x"), nb::arg("tokens"),
      nb::arg("width"), nb::arg("top"), nb::arg("d_top"), nb::arg("d_total"), nb::arg("d_x"),
      nb::arg("threads"));
}

}  // namespace unrolled
