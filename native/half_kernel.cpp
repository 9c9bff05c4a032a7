#include "half_kernel.h"

#if defined(UNROLLED_HAS_BFLOAT16) && defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace unrolled {

#if defined(UNROLLED_HAS_BFLOAT16) && defined(__x86_64__) && defined(__linux__)
namespace bfloat16 {
extern const HalfKernel by_avx512, by_amx;
}

namespace {

bool has_avx512_bf16() {
  unsigned a, b, c, d;
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & (1u << 5));
}

bool has_amx() {
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
  const bool tiles = (d & (1u << 24)) && (d & (1u << 22));
  // Linux hands out the tile registers to a process that asks (ARCH_REQ_XCOMP_PERM).
  return tiles && syscall(SYS_arch_prctl, 0x1023, 18) == 0;
}

const HalfKernel* choose() {
  if (!has_avx512_bf16()) return nullptr;
  return has_amx() ? &bfloat16::by_amx : &bfloat16::by_avx512;
}

}  // namespace

const HalfKernel* half_kernel() {
  static const HalfKernel* const chosen = choose();
  return chosen;
}
#else
const HalfKernel* half_kernel() { return nullptr; }
#endif

}  // namespace unrolled
