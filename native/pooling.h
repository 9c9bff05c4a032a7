// The largest value and the sum of each unit over the tokens of each row, there and back:
// see pooling.cpp. Neither needs a kernel of its own for each instruction set, for memory
// is what takes the time; what counts is that all of it is read once.
#pragma once

#include <nanobind/nanobind.h>

namespace unrolled {

// Adds `pool` and `pool_back` to the module, driven by addresses as all else there.
void bind_pooling(nanobind::module_& module);

}  // namespace unrolled
