#include "sets.h"

#include <stdexcept>

#include "processor.h"

namespace unrolled {

#define UNROLLED_DECLARE(name) \
  namespace name { template <class T> Set<T> set(); }
#ifdef UNROLLED_HAS_AVX512
UNROLLED_DECLARE(avx512)
#endif
#ifdef UNROLLED_HAS_AVX2
UNROLLED_DECLARE(avx2)
#endif
#ifdef UNROLLED_HAS_NEON
UNROLLED_DECLARE(neon)
#endif
UNROLLED_DECLARE(portable)

template <class T> Set<T> set_named(const std::string& name) {
  for (const auto& known : instruction_sets())
    if (known == name) {
#ifdef UNROLLED_HAS_AVX512
      if (name == "avx512") return avx512::set<T>();
#endif
#ifdef UNROLLED_HAS_AVX2
      if (name == "avx2") return avx2::set<T>();
#endif
#ifdef UNROLLED_HAS_NEON
      if (name == "neon") return neon::set<T>();
#endif
      return portable::set<T>();
    }
  throw std::invalid_argument("this processor has no instruction set \"" + name + "\"");
}

Cell cell_named(const std::string& name) {
  if (name == "elman_tanh") return Cell::elman_tanh;
  if (name == "elman_relu") return Cell::elman_relu;
  if (name == "lstm") return Cell::lstm;
  if (name == "gru_after") return Cell::gru_after;
  if (name == "gru_before") return Cell::gru_before;
  throw std::invalid_argument("there is no native cell \"" + name + "\"");
}

template Set<float> set_named<float>(const std::string&);
template Set<double> set_named<double>(const std::string&);

}  // namespace unrolled
