#include "pool.h"

#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "borrowed.h"
#include "team.h"

namespace unrolled {
namespace {

// Workers look for work for some microseconds and then sleep: the way back of a layer
// often follows its way there at once, but a core that spins for long is one that the
// next torch operation does not get.
constexpr int looks = 2000;

class Pool {
 public:
  void run(int threads, const std::function<void(int)>& work) {
    while (int(workers_.size()) < threads - 1) grow();
    work_ = &work;
    left_.store(threads - 1, std::memory_order_relaxed);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      wanted_ = threads;
      turn_.fetch_add(1, std::memory_order_release);
    }
    wake_.notify_all();
    work(0);
    for (int spin = 0; left_.load(std::memory_order_acquire); ++spin)
      if (spin > looks) std::this_thread::yield();
      else Barrier::pause();
  }

 private:
  void grow() {
    const int rank = int(workers_.size()) + 1;
    const unsigned turn = turn_.load();
    workers_.emplace_back([this, rank, turn] { serve(rank, turn); });
    workers_.back().detach();  // they end with the process
  }

  void serve(int rank, unsigned seen) {
    for (;;) {
      for (int look = 0; look < looks && turn_.load(std::memory_order_acquire) == seen; ++look)
        Barrier::pause();
      int wanted;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        wake_.wait(lock, [&] { return turn_.load() != seen; });
        seen = turn_.load();
        wanted = wanted_;
      }
      if (rank >= wanted) continue;
      (*work_)(rank);
      left_.fetch_sub(1, std::memory_order_acq_rel);
    }
  }

  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<unsigned> turn_{0};
  std::atomic<int> left_{0};
  int wanted_ = 0;
  const std::function<void(int)>* work_ = nullptr;
};

std::mutex one_at_a_time;
Pool* pool = nullptr;
pid_t owner = 0;

}  // namespace

void in_parallel(int threads, const std::function<void(int)>& work) {
  if (threads <= 1) return work(0);
  if (on_borrowed_threads(threads, work)) return;
  std::lock_guard<std::mutex> lock(one_at_a_time);
  if (!pool || owner != getpid()) {  // after a fork the threads are not there
    pool = new Pool;
    owner = getpid();
  }
  pool->run(threads, work);
}

}  // namespace unrolled
