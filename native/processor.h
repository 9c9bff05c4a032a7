// What this processor can do and has.
#pragma once

#include <string>
#include <vector>

namespace unrolled {

// The instruction sets that were compiled and that run here, the quickest first.
std::vector<std::string> instruction_sets();

// Bytes of the second-level cache of one core; 1 MiB where nothing tells.
long core_cache_bytes();

// While one of these lives, numbers too small to be normal count as 0 in this thread.
// They arise in states that fade away, and cost a hundred times as much as others.
class FlushTiny {
 public:
  FlushTiny();
  ~FlushTiny();

 private:
  unsigned before_;
};

}  // namespace unrolled
