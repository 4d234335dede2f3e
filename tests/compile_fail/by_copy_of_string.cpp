// tests/compile_fail/by_copy_of_string.cpp                      SPDX-License-Identifier: MIT
// expect: cohort: by_copy sends bytes, so all captures must be trivially copyable (no std::string, no container): give
// them as arguments or by cohort::partial(f, values...)
#include <cohort/by_copy.hpp>

#include <string>

int use(const std::string& text) {
  const int size = static_cast<int>(text.size());
#ifdef MISUSE
  return cohort::by_copy([text](int x) { return x + static_cast<int>(text.size()); })(1);
#endif
  return cohort::by_copy([size](int x) { return x + size; })(1);
}
