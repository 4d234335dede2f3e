// tests/compile_fail/pointer_result.cpp                      SPDX-License-Identifier: MIT
// expect: cohort: the result is a pointer into the worker's memory: return the value
#include <cohort/pool.hpp>

#include <string>

const char* name_of(int) { return "name"; }

std::string name(cohort::Pool& pool) {
#ifdef MISUSE
  pool.apply(name_of, 1);
#endif
  return pool.apply([](int i) { return std::string(name_of(i)); }, 1);
}
