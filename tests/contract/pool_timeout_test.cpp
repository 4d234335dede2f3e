// tests/contract/pool_timeout_test.cpp                      SPDX-License-Identifier: MIT
// The limit of a task's own run: who overruns it is killed.
#include "contract/contract.hpp"

#include <csignal>
#include <ranges>
#include <vector>

namespace cohort::test {
namespace {

int third_hangs(int i) {
  count_run(i);
  if (i == 3) sleep_an_hour();
  return i;
}

TEST(PoolTimeout, KillsTheTaskThatOverruns) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const pid_t worker = pool.apply(own_pid);
  const Stopwatch watch;
  test::expect_throw<TaskTimeout>(
      __FILE__, __LINE__, [&] { pool.with({.timeout = 50ms}).apply(sleep_an_hour); }, {std::to_string(worker)},
      [&](const TaskTimeout& e) {
        EXPECT_EQ(e.pid(), worker);
        EXPECT_EQ(e.exitcode(), -SIGKILL);
      });
  EXPECT_GE(watch.elapsed(), 50ms);
  EXPECT_EQ(pool.apply(same, 1), 1) << "a new worker is there";
  EXPECT_NE(pool.apply(own_pid), worker);
}

TEST(PoolTimeout, IsNoTimeoutErrorOfTheWaiter) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const auto result = pool.with({.timeout = 200ms}).apply_async(sleep_an_hour);
  COHORT_EXPECT_THROW(TimeoutError, result.get(1ms));
  COHORT_EXPECT_THROW(WorkerLost, result.get());
  COHORT_EXPECT_THROW(TaskTimeout, result.get(1ms));
}

TEST(PoolTimeout, LeavesWhatIsQuickAlone) {
  Pool pool(2);
  auto limited = pool.with({.timeout = 1h});
  EXPECT_EQ(limited.apply(square, 3), 9);
  EXPECT_EQ(limited.map(square, std::views::iota(0, 100))[99], 9801);
  EXPECT_EQ(pool.with({.timeout = Timeout::forever()}).apply(square, 3), 9);
}

TEST(PoolTimeout, CountsFromTheStartOfTheRunNotOfTheWait) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const auto first = pool.apply_async(wait_at_gate, 0);
  const auto second = pool.with({.timeout = 100ms}).apply_async(same, 1);
  ASSERT_TRUE(arrived(0));
  std::this_thread::sleep_for(200ms);
  open_gate(0);
  EXPECT_EQ(first.get(), 0);
  EXPECT_EQ(second.get(), 1);
}

TEST(PoolTimeout, IsOfTheItemNotOfTheChunk) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const auto naps = [](int i) { return std::this_thread::sleep_for(20ms), i; };
  const auto all = pool.with({.timeout = 5s, .chunksize = 100}).map(naps, std::views::iota(0, 20));
  EXPECT_EQ(all.size(), 20u);
  const Stopwatch watch;
  EXPECT_EQ(pool.with({.timeout = scaled(250ms), .chunksize = 100}).map(naps, std::views::iota(0, 20)).size(), 20u);
  EXPECT_GE(watch.elapsed(), 400ms) << "longer than the limit of one";
}

TEST(PoolTimeout, CostsAMapTheItemOnly) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  for (const int chunksize : {1, 5, 100}) {
    board().clear();
    const auto all =
        pool.with({.timeout = 100ms, .chunksize = chunksize}).try_map(third_hangs, std::views::iota(0, 10));
    for (int i = 0; i < 10; ++i) {
      const auto& outcome = all[static_cast<std::size_t>(i)];
      EXPECT_EQ(outcome.has_value(), i != 3) << "item " << i << ", chunksize " << chunksize;
      EXPECT_EQ(runs_of(i), 1) << "item " << i << ", chunksize " << chunksize;
      if (i == 3)
        test::expect_throw<TaskTimeout>(
            __FILE__, __LINE__, [&] { (void)outcome.value(); }, {},
            [](const TaskTimeout& e) { EXPECT_EQ(e.task(), 3u); });
    }
  }
}

TEST(PoolTimeout, ReachesWhoStopsItselfAndWhoIgnoresSignals) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  auto limited = pool.with({.timeout = 50ms});
  COHORT_EXPECT_THROW(TaskTimeout, limited.apply([] { raise(SIGSTOP); }));
  COHORT_EXPECT_THROW(TaskTimeout, limited.apply([] {
    for (int s = 1; s < 32; ++s) std::signal(s, SIG_IGN);
    for (;;) {
    }
  }));
  EXPECT_EQ(pool.apply(same, 1), 1);
}

TEST(PoolTimeout, OfManyTasksAtATime) {
  COHORT_NEEDS_WORKERS();
  Pool pool(4);
  std::vector<AsyncResult<int>> slow, quick;
  for (int i = 0; i < 12; ++i) {
    slow.push_back(pool.with({.timeout = 20ms}).apply_async([](int n) { return sleep_an_hour(), n; }, i));
    quick.push_back(pool.apply_async(same, i));
  }
  for (int i = 0; i < 12; ++i) {
    COHORT_EXPECT_THROW(TaskTimeout, slow[static_cast<std::size_t>(i)].get());
    EXPECT_EQ(quick[static_cast<std::size_t>(i)].get(), i);
  }
}

TEST(PoolTimeout, ShorterOnesAreNotHeldUpByLongerOnes) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  const auto longer = pool.with({.timeout = 1h}).apply_async(wait_at_gate, 0);
  ASSERT_TRUE(arrived(0));
  COHORT_EXPECT_THROW(TaskTimeout, pool.with({.timeout = 20ms}).apply(sleep_an_hour));
  EXPECT_FALSE(longer.ready());
  open_gate(0);
  EXPECT_EQ(longer.get(), 0);
}

TEST(PoolTimeout, OfZeroOrLessIsRefused) {
  Pool pool(1);
  COHORT_EXPECT_THROW(std::invalid_argument, pool.with({.timeout = 0s}), "limit");
  COHORT_EXPECT_THROW(std::invalid_argument, pool.with({.timeout = -1s}), "limit");
  EXPECT_EQ(pool.apply(same, 1), 1);
}

}  // namespace
}  // namespace cohort::test
