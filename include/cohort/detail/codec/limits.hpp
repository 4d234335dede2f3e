// include/cohort/detail/codec/limits.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <limits>

namespace cohort::detail {

// What a reader believes at most. Counts need no limit of their own: every element takes a byte at least, so no count
// may exceed the bytes that are left.
struct Limits {
  std::size_t depth = 256;  // containers and pointers inside one another
  std::size_t memory =
      std::numeric_limits<std::size_t>::max();  // bytes that the elements of all containers may take together
};

// One level deeper for as long as it lives.
template <class Coder>
class Nested {
 public:
  explicit Nested(Coder& coder) : coder_(coder) { coder_.enter(); }
  ~Nested() { coder_.leave(); }
  Nested(const Nested&) = delete;
  Nested& operator=(const Nested&) = delete;

 private:
  Coder& coder_;
};

}  // namespace cohort::detail
