// examples/map_in_order.cpp                             SPDX-License-Identifier: MIT
//
// map() applies a function to a whole range in parallel; results come in the order of the inputs,
// whoever finished first.
#include <cohort/pool.hpp>

#include <chrono>
#include <cstdio>
#include <ranges>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

int square(int n) {
  std::this_thread::sleep_for(n % 3 * 10ms);  // some take longer
  return n * n;
}

int main() {
  cohort::Pool pool(5);
  const std::vector<int> squares = pool.map(square, std::views::iota(0, 20));
  for (int y : squares) std::printf("%d\n", y);
}
