// tests/compile_fail/capturing_lambda.cpp                      SPDX-License-Identifier: MIT
// expect: cohort: a lambda with captures cannot be sent: give what it captures as arguments, cohort::partial(f,
// values...), or cohort::by_copy(f)
#include <cohort/by_copy.hpp>
#include <cohort/partial.hpp>
#include <cohort/pool.hpp>

#include <vector>

std::vector<int> scaled(cohort::Pool& pool, int factor) {
#ifdef MISUSE
  pool.map([factor](int x) { return factor * x; }, {1, 2, 3});
#endif
  pool.map(cohort::by_copy([factor](int x) { return factor * x; }), {1, 2, 3});
  return pool.map(cohort::partial([](int f, int x) { return f * x; }, factor), {1, 2, 3});
}
