#include "borrowed.h"

#include <unistd.h>

#include <atomic>
#include <cstring>
#include <string>

#if defined(__linux__)
#include <dlfcn.h>
#include <link.h>
#endif

namespace unrolled {
namespace {

// GNU's OpenMP runtime, as compilers call it.
struct Runtime {
  void (*parallel)(void (*)(void*), void*, unsigned, unsigned) = nullptr;
  int (*thread)() = nullptr;
  int (*threads)() = nullptr;
  int (*inside)() = nullptr;
  pid_t process = 0;

  bool found() const { return parallel && thread && threads && inside; }
};

#if defined(__linux__)
int note_torchs(dl_phdr_info* library, size_t, void* path) {
  if (!std::strstr(library->dlpi_name, "/torch/lib/libgomp")) return 0;
  *static_cast<std::string*>(path) = library->dlpi_name;
  return 1;
}

Runtime look_up() {
  Runtime made;
  std::string path;
  dl_iterate_phdr(note_torchs, &path);
  void* library = path.empty() ? nullptr : dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD);
  if (!library) return made;
  auto find = [&](const char* name, auto& to) {
    to = reinterpret_cast<std::remove_reference_t<decltype(to)>>(dlsym(library, name));
  };
  find("GOMP_parallel", made.parallel);
  find("omp_get_thread_num", made.thread);
  find("omp_get_num_threads", made.threads);
  find("omp_in_parallel", made.inside);
  made.process = getpid();
  return made;
}
#else
Runtime look_up() { return {}; }
#endif

const Runtime& runtime() {
  static const Runtime found = look_up();
  return found;
}

struct Task {
  const std::function<void(int)>& work;
  int threads;
  std::atomic<bool> refused{false};
};

void take_part(void* given) {
  Task& task = *static_cast<Task*>(given);
  // Work counts on every one of its threads, for they wait for each other.
  if (runtime().threads() == task.threads) task.work(runtime().thread());
  else task.refused = true;
}

}  // namespace

bool on_borrowed_threads(int threads, const std::function<void(int)>& work) {
  const Runtime& openmp = runtime();
  // In a forked process its threads are gone; inside a parallel region there are none.
  if (!openmp.found() || openmp.process != getpid() || openmp.inside()) return false;
  Task task{work, threads};
  openmp.parallel(take_part, &task, unsigned(threads), 0);
  return !task.refused;
}

}  // namespace unrolled
