// tests/support/leak_check.cpp                      SPDX-License-Identifier: MIT
#include "support/leak_check.hpp"

#include "support/board.hpp"
#include "support/clock.hpp"
#include "support/watchdog.hpp"

#include <string>

namespace cohort::test {
namespace {

// Threads and processes that have been waited for may stay in the kernel's lists for a moment.
constexpr Milliseconds kGrace{1000};

}  // namespace

void LeakCheck::OnTestStart(const ::testing::TestInfo& test) {
  expect_within(std::string(test.test_suite_name()) + "." + test.name(), kDefaultLimit);
  board().clear();
  before_ = take_inventory();
}

void LeakCheck::OnTestEnd(const ::testing::TestInfo&) {
  std::string grown;
  const bool clean = wait_until([&] { return (grown = growth(before_, take_inventory())).empty(); }, kGrace);
  if (!clean) ADD_FAILURE() << "The test left behind:\n" << grown;
  expect_nothing();
}

}  // namespace cohort::test
