// tests/compile_fail/reference_wrapper.cpp                      SPDX-License-Identifier: MIT
// expect: cohort: std::reference_wrapper refers to memory of this process: send the value and return the change, or
// share a Value, Array or Queue
#include <cohort/partial.hpp>

#include <functional>
#include <vector>

int sum(const std::vector<int>& row) { return static_cast<int>(row.size()); }

int use(std::vector<int>& row) {
#ifdef MISUSE
  return cohort::partial(sum, std::ref(row))();
#endif
  return cohort::partial(sum, row)();
}
