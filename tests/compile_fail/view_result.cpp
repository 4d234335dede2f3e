// tests/compile_fail/view_result.cpp                      SPDX-License-Identifier: MIT
// expect: cohort: the result is a view of the worker's memory: return std::string
#include <cohort/pool.hpp>

#include <string>
#include <string_view>

std::string trimmed(cohort::Pool& pool) {
#ifdef MISUSE
  pool.apply([](const std::string& text) { return std::string_view(text).substr(1); }, " text");
#endif
  return pool.apply([](const std::string& text) { return text.substr(1); }, " text");
}
