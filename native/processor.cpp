#include "processor.h"

#include <unistd.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace unrolled {

std::vector<std::string> instruction_sets() {
  std::vector<std::string> found;
#ifdef UNROLLED_HAS_AVX512
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("fma"))
    found.push_back("avx512");
#endif
#ifdef UNROLLED_HAS_AVX2
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    found.push_back("avx2");
#endif
#ifdef UNROLLED_HAS_NEON
  found.push_back("neon");
#endif
  found.push_back("portable");
  return found;
}

long core_cache_bytes() {
#ifdef _SC_LEVEL2_CACHE_SIZE
  const long bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
  if (bytes > 0) return bytes;
#endif
  return 1 << 20;
}

#if defined(__x86_64__)
// Bit 15: results are flushed to zero; bit 6: operands count as zero.
FlushTiny::FlushTiny() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040); }
FlushTiny::~FlushTiny() { _mm_setcsr(before_); }
#else
FlushTiny::FlushTiny() : before_(0) {}
FlushTiny::~FlushTiny() { (void)before_; }
#endif

}  // namespace unrolled
