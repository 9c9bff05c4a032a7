// The module unrolled._native.

#include <nanobind/nanobind.h>

namespace unrolled {
#ifdef UNROLLED_HAS_AVX512
namespace avx512 { const char* name(); }
#endif
#ifdef UNROLLED_HAS_AVX2
namespace avx2 { const char* name(); }
#endif
#ifdef UNROLLED_HAS_NEON
namespace neon { const char* name(); }
#endif
namespace portable { const char* name(); }
}  // namespace unrolled

NB_MODULE(_native, m) {
    nanobind::list sets;
#ifdef UNROLLED_HAS_AVX512
    sets.append(unrolled::avx512::name());
#endif
#ifdef UNROLLED_HAS_AVX2
    sets.append(unrolled::avx2::name());
#endif
#ifdef UNROLLED_HAS_NEON
    sets.append(unrolled::neon::name());
#endif
    sets.append(unrolled::portable::name());
    m.attr("compiled") = sets;
}
