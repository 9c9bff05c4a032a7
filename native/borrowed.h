// The threads that torch's own operations run on, where they can be had.
//
// After every parallel operation of torch its OpenMP threads look for more work for
// milliseconds, on all cores. Threads of ours would have to push them aside first: on two
// cores that made a small layer twice as slow (docs/decisions/0007-threads.md). So the
// runtime that torch has loaded is looked up, at run time, and asked to run our work on
// the same threads. Nothing here is linked with OpenMP, and without it there is our pool.
#pragma once

#include <functional>

namespace unrolled {

// Runs work(0), ..., work(threads - 1) at the same time on torch's threads. False, with
// nothing done, where there are none or not as many.
bool on_borrowed_threads(int threads, const std::function<void(int)>& work);

}  // namespace unrolled
