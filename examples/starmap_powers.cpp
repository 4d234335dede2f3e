// examples/starmap_powers.cpp                           SPDX-License-Identifier: MIT
//
// starmap() is map() for functions of several arguments: each tuple is one call.
#include <cohort/pool.hpp>

#include <cstdio>
#include <tuple>
#include <vector>

long power(long base, int exponent) { return exponent == 0 ? 1 : base * power(base, exponent - 1); }

int main() {
  cohort::Pool pool(2);
  std::vector<std::tuple<long, int>> pairs;
  for (int n = 1; n <= 5; ++n) pairs.emplace_back(n, n);

  for (long y : pool.starmap(power, pairs)) std::printf("%ld\n", y);

  const auto later = pool.starmap_async(power, pairs);
  std::puts("the second time in the background:");
  for (long y : later.get()) std::printf("%ld\n", y);
}
