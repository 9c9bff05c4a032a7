// Compiled once per instruction set: UNROLLED_SET is its name.

#define UNROLLED_TEXT(name) #name
#define UNROLLED_NAME(name) UNROLLED_TEXT(name)

namespace unrolled::UNROLLED_SET {

const char* name() { return UNROLLED_NAME(UNROLLED_SET); }

}  // namespace unrolled::UNROLLED_SET
