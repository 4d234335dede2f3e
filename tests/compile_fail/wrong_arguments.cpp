// tests/compile_fail/wrong_arguments.cpp                      SPDX-License-Identifier: MIT
// expect: cohort: the function cannot be called with these arguments
#include <cohort/pool.hpp>

#include <string>

std::string repeated(cohort::Pool& pool) {
  const auto repeat = [](const std::string& text, int n) { return text + std::to_string(n); };
#ifdef MISUSE
  pool.apply(repeat, 3, "text");
#endif
  return pool.apply(repeat, "text", 3);
}
