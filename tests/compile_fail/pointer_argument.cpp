// tests/compile_fail/pointer_argument.cpp                      SPDX-License-Identifier: MIT
// expect: cohort: a pointer means nothing in another process: send the value itself, std::string for text, std::vector
// for a row of values, std::optional or std::unique_ptr for what may be absent
#include <cohort/pool.hpp>

int value_of(const int* p) { return *p; }

int value(cohort::Pool& pool, int number) {
#ifdef MISUSE
  return pool.apply(value_of, &number);
#endif
  return pool.apply([](int n) { return value_of(&n); }, number);
}
