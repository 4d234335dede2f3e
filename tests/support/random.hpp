// tests/support/random.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <random>

namespace cohort::test {

// A seed that is printed, and taken from COHORT_TEST_SEED when that is set.
std::uint64_t printed_seed();

inline std::mt19937_64 random_engine() { return std::mt19937_64(printed_seed()); }

}  // namespace cohort::test
