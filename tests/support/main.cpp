// tests/support/main.cpp                      SPDX-License-Identifier: MIT
#include "support/child.hpp"
#include "support/inventory.hpp"
#include "support/leak_check.hpp"
#include "support/watchdog.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>

#include <chrono>
#include <cstdio>

namespace {

// Processes are killed here by the thousand: none leaves a core unless its test asks for one.
void no_core_dumps() {
  rlimit limit{};
  getrlimit(RLIMIT_CORE, &limit);
  limit.rlim_cur = 0;
  setrlimit(RLIMIT_CORE, &limit);
}

int run_tests() {
  cohort::test::expect_within("the warm-up before the first test", std::chrono::seconds(20));
  cohort::test::warm_up();
  cohort::test::expect_nothing();
  ::testing::UnitTest::GetInstance()->listeners().Append(new cohort::test::LeakCheck);
  return RUN_ALL_TESTS();
}

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // a forked process must not print again what its parent has in the buffer
  no_core_dumps();
  if (const auto status = cohort::test::run_program(argc, argv)) return *status;
  ::testing::InitGoogleTest(&argc, argv);
  if (GTEST_FLAG_GET(list_tests)) return RUN_ALL_TESTS();
  return cohort::test::guarded(run_tests);
}
