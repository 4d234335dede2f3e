// tests/compile_fail/reference_argument.cpp                      SPDX-License-Identifier: MIT
// expect: cohort: this function takes an argument by non-const reference, but it gets a copy in another process: take
// it by value or const reference and return the change, or pass a Value, Array or Queue
#include <cohort/pool.hpp>

#include <vector>

std::vector<int> longer(cohort::Pool& pool, const std::vector<int>& row) {
#ifdef MISUSE
  pool.apply([](std::vector<int>& r) { r.push_back(1); }, row);
#endif
  return pool.apply(
      [](std::vector<int> r) {
        r.push_back(1);
        return r;
      },
      row);
}
