// tests/compile_fail/number_as_time.cpp                      SPDX-License-Identifier: MIT
// expect: cohort: a time needs its unit: write 2s (using namespace std::chrono_literals) or std::chrono::seconds(2)
#include <cohort/timeout.hpp>

#include <chrono>

bool wait(cohort::Timeout timeout) { return timeout.is_forever(); }

bool use() {
#ifdef MISUSE
  return wait(2);
#endif
  return wait(std::chrono::seconds(2));
}
