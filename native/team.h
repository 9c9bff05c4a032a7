// Threads that work on one thing together.
//
// A sequence belongs to one thread for its whole life, and then a team is one thread and
// its barrier is nothing. Only where the recurrent weights are larger than the cache of
// one core do threads share the units of the same rows, and meet after every moment:
// docs/decisions/0008-shared-units.md. Either way a sum is formed by one thread, in the
// same order.
#pragma once

#include <atomic>
#include <thread>

#include "layer.h"

namespace unrolled {

class Barrier {
 public:
  explicit Barrier(int members) : members_(members) {}

  void wait() {
    if (members_ == 1) return;
    const unsigned turn = turn_.load(std::memory_order_acquire);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == members_) {
      arrived_.store(0, std::memory_order_relaxed);
      turn_.store(turn + 1, std::memory_order_release);
      return;
    }
    // On a busy machine the others may have no core: let them have this one.
    for (int spin = 0; turn_.load(std::memory_order_acquire) == turn; ++spin)
      if (spin > 4000) std::this_thread::yield();
      else pause();
  }

  static void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }

 private:
  const int members_;
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) std::atomic<unsigned> turn_{0};
};

struct Team {
  int rank, count;
  Barrier& barrier;

  void meet() { barrier.wait(); }
  // This member's part of [0, all).
  Range share(long all) const { return {all * rank / count, all * (rank + 1) / count}; }
};

}  // namespace unrolled
