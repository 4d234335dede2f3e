// tests/contract/pool_inline_test.cpp                      SPDX-License-Identifier: MIT
// COHORT_WORKERS=inline: the caller does the work, so that a debugger sees it. The other tests of the contract are run
// so too.
#include "contract/contract.hpp"

#include "support/inventory.hpp"

#include <ranges>
#include <string>
#include <vector>

namespace cohort::test {
namespace {

const Program kInline("inline-pool", [](const Arguments&) {
  Pool pool(4);
  if (pool.apply(own_pid) != getpid()) return 1;
  for (const pid_t pid : pool.map([](int) { return getpid(); }, {1, 2, 3}))
    if (pid != getpid()) return 2;
  if (pool.apply_async(own_pid).get() != getpid()) return 3;
  if (!children(getpid()).empty()) return 4;
  if (!pool.workers().empty()) return 5;
  return 0;
});

TEST(PoolInline, RunsInTheCallerAndStartsNoProcess) {
  EXPECT_EQ(Child::start(kInline, {}, {{"COHORT_WORKERS", "inline"}}).wait(), exited(0));
}

const Program kOdd("odd-workers", [](const Arguments&) {
  try {
    const Pool pool(1);
  } catch (const std::exception& e) {
    return std::string_view(e.what()).find("COHORT_WORKERS") != std::string_view::npos ? 0 : 1;
  }
  return 2;
});

TEST(PoolInline, OtherValuesAreRefusedWithASentence) {
  EXPECT_EQ(Child::start(kOdd, {}, {{"COHORT_WORKERS", "inlien"}}).wait(), exited(0));
}

TEST(PoolInline, TheTaskStillGetsACopyOfItsOwn) {
  if (!inline_workers()) GTEST_SKIP() << "is about COHORT_WORKERS=inline";
  Pool pool(1);
  const std::vector<int> mine{1};
  EXPECT_EQ(pool.apply([](std::vector<int>&& theirs) { return theirs.push_back(2), theirs.size(); }, mine), 2u);
  EXPECT_EQ(mine.size(), 1u);
}

TEST(PoolInline, StartsNoThreadAndNoProcess) {
  if (!inline_workers()) GTEST_SKIP() << "is about COHORT_WORKERS=inline";
  const Inventory before = take_inventory();
  Pool pool(2);
  EXPECT_EQ(pool.apply(square, 2), 4);
  const Inventory now = take_inventory();
  EXPECT_EQ(now.processes, before.processes);
  EXPECT_EQ(now.threads, before.threads);
}

}  // namespace
}  // namespace cohort::test
