// Threads that wait for work between calls; the caller is the first of them. They are
// torch's where it has some (borrowed.h), or else our own.
#pragma once

#include <functional>

namespace unrolled {

// Runs work(0), ..., work(threads - 1) at the same time, work(0) in the caller's thread,
// and returns when all are done. Calls from several threads wait for each other. Work
// must not throw.
void in_parallel(int threads, const std::function<void(int)>& work);

}  // namespace unrolled
