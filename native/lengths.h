// Lengths that come from outside, as places. They may have been edited since they were
// checked, and every address hangs on them: so they are checked again, at every call.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <vector>

namespace unrolled {

// Where each row begins, and where the last one ends.
inline std::vector<int64_t> starts_of(uintptr_t lengths, long rows, long tokens) {
  if (rows < 0 || tokens < 0) throw std::invalid_argument("sizes below 0");
  std::vector<int64_t> starts(rows + 1);
  for (long row = 0; row < rows; ++row) {
    const int64_t length = reinterpret_cast<const int64_t*>(lengths)[row];
    if (length < 0 || length > tokens - starts[row])
      throw std::invalid_argument("lengths were edited");
    starts[row + 1] = starts[row] + length;
  }
  if (starts[rows] != tokens) throw std::invalid_argument("lengths were edited");
  return starts;
}

}  // namespace unrolled
