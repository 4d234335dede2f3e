// tests/support/random.cpp                      SPDX-License-Identifier: MIT
#include "support/random.hpp"

#include <cinttypes>
#include <cstdio>
#include <cstdlib>

namespace cohort::test {

std::uint64_t printed_seed() {
  const char* given = std::getenv("COHORT_TEST_SEED");
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 0) : std::random_device{}();
  std::printf("[ SEED     ] COHORT_TEST_SEED=%" PRIu64 "\n", seed);
  return seed;
}

}  // namespace cohort::test
