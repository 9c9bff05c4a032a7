// Threads that work on one thing together.
//
// A sequence belongs to one thread for its whole life, and then a team is one thread and
// its barrier is nothing. Only where the recurrent weights are larger than the cache of
// one core do threads share the units of the same rows, and meet after every moment:
// docs/decisions/0008-shared-units.md. Either way a sum is formed by one thread, in the
// same order.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "layer.h"

namespace unrolled {

class Barrier {
 public:
  explicit Barrier(int members) : members_(members) {}

  void wait() {
    if (members_ == 1) return;
    const unsigned turn = turn_.load();
    if (arrived_.fetch_add(1) + 1 == members_) {
      arrived_.store(0);
      turn_.store(turn + 1);
      if (!asleep_.load()) return;
      const std::lock_guard<std::mutex> lock(mutex_);
      wake_.notify_all();
      return;
    }
    for (int look = 0; look < looks; ++look) {
      if (turn_.load(std::memory_order_acquire) != turn) return;
      pause();
    }
    // Someone has no core, on a machine that is busy otherwise: asleep, this thread gives
    // up its own, and the system moves the other there at once.
    asleep_.fetch_add(1);
    std::unique_lock<std::mutex> lock(mutex_);
    wake_.wait(lock, [&] { return turn_.load() != turn; });
    asleep_.fetch_sub(1);
  }

  static void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }

 private:
  // About a millisecond. Shorter, and two threads that were woken on one core take turns
  // there for good, each asleep while the other works: 26 ms in place of 10.
  static constexpr int looks = 40000;

  const int members_;
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) std::atomic<unsigned> turn_{0};
  std::atomic<int> asleep_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
};

struct Team {
  int rank, count;
  Barrier& barrier;

  void meet() { barrier.wait(); }
  // This member's part of [0, all).
  Range share(long all) const { return {all * rank / count, all * (rank + 1) / count}; }
};

}  // namespace unrolled
