// What each compiled instruction set offers, by the set's name; and a cell by its own.
#pragma once

#include <string>

#include "engine.h"

namespace unrolled {

// Throws std::invalid_argument for a set that was not compiled or does not run here.
template <class T> Set<T> set_named(const std::string& name);

// Throws std::invalid_argument for a name that no cell has.
Cell cell_named(const std::string& name);

}  // namespace unrolled
