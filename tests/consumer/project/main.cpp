// tests/consumer/project/main.cpp                      SPDX-License-Identifier: MIT
#include "squares.hpp"
#include "text.hpp"

#include <cohort.hpp>

#include <iostream>
#include <string>
#include <vector>

namespace {

int failures = 0;

void check(bool good, const char* what) {
  if (good) return;
  std::cerr << "not so: " << what << '\n';
  ++failures;
}

bool death_is_told(cohort::Pool& pool) {
  try {
    pool.apply(leave, 7);
  } catch (const cohort::WorkerLost& lost) {
    return lost.exitcode() == 7;
  }
  return false;
}

}  // namespace

int main() {
  cohort::Pool pool(2);
  check(pool.map(square, {1, 2, 3}) == std::vector{1, 4, 9}, "a function of the shared library crosses");
  check(pool.apply([](int x) { return x + 1; }, 1) == 2, "a lambda of the program crosses");
  check(squares_below(4) == std::vector{0, 1, 4, 9}, "the shared library has pools of its own");
  check(doubled({"a", "b"}) == std::vector<std::string>{"aa", "bb"}, "the other unit has pools of its own");
  check(death_is_told(pool), "an error thrown by the library is caught here");
  if (failures == 0) std::cout << "all as it should be\n";
  return failures;
}
