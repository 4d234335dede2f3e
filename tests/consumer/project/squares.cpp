// tests/consumer/project/squares.cpp                      SPDX-License-Identifier: MIT
#include "squares.hpp"

#include <cohort/pool.hpp>

#include <ranges>
#include <unistd.h>

int square(int x) { return x * x; }

int leave(int status) { _exit(status); }

std::vector<int> squares_below(int n) {
  cohort::Pool pool(2);
  return pool.map([](int x) { return x * x; }, std::views::iota(0, n));
}
