// tests/contract/pool_retry_test.cpp                      SPDX-License-Identifier: MIT
#include "contract/contract.hpp"

#include <csignal>
#include <ranges>
#include <vector>

namespace cohort::test {
namespace {

int dies_at_first(int i) {
  if (count_run(i) == 0) raise(SIGKILL);
  return i;
}
int dies_always(int i) {
  count_run(i);
  raise(SIGKILL);
  return i;
}
int fifth_dies_twice(int i) {
  if (count_run(i) < 2 && i == 5) raise(SIGKILL);
  return i;
}
int third_hangs_at_first(int i) {
  if (count_run(i) == 0 && i == 3) sleep_an_hour();
  return i;
}

TEST(PoolRetry, RunsAgainAfterADeath) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  EXPECT_EQ(pool.with({.retries = 1}).apply(dies_at_first, 7), 7);
  EXPECT_EQ(runs_of(7), 2);
}

TEST(PoolRetry, IsNotDoneUnlessAskedFor) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  COHORT_EXPECT_THROW(WorkerLost, pool.apply(dies_at_first, 7));
  EXPECT_EQ(runs_of(7), 1);
}

TEST(PoolRetry, EndsAfterSoMany) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  COHORT_EXPECT_THROW(WorkerLost, pool.with({.retries = 3}).apply(dies_always, 1));
  EXPECT_EQ(runs_of(1), 4);
  EXPECT_EQ(pool.apply(same, 2), 2);
}

TEST(PoolRetry, GivesTheTaskItsOriginalArguments) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const auto spoils_and_dies = [](std::vector<int>&& mine) {
    mine.push_back(9);
    if (count_run(0) == 0) raise(SIGKILL);
    return mine;
  };
  EXPECT_EQ(pool.with({.retries = 1}).apply(spoils_and_dies, std::vector{1, 2}), (std::vector{1, 2, 9}));
  const auto huge = [](std::vector<char>&& mine) {
    mine[0] = 'b';
    if (count_run(1) == 0) raise(SIGKILL);
    return mine[0] == 'b' && mine[99'999] == 'a';
  };
  EXPECT_TRUE(pool.with({.retries = 1}).apply(huge, std::vector<char>(100'000, 'a')));
}

TEST(PoolRetry, OfAMapRepeatsTheItemAndNoOther) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  for (const int chunksize : {1, 4, 100}) {
    board().clear();
    const std::vector<int> all =
        pool.with({.retries = 2, .chunksize = chunksize}).map(fifth_dies_twice, std::views::iota(0, 20));
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(all[static_cast<std::size_t>(i)], i);
      EXPECT_EQ(runs_of(i), i == 5 ? 3 : 1) << "item " << i << ", chunksize " << chunksize;
    }
  }
}

TEST(PoolRetry, CountsForEachItemByItself) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  const std::vector<int> all = pool.with({.retries = 1, .chunksize = 5}).map(dies_at_first, std::views::iota(0, 20));
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(all[static_cast<std::size_t>(i)], i);
    EXPECT_EQ(runs_of(i), 2) << i;
  }
}

TEST(PoolRetry, IsNotForExceptions) {
  Pool pool(1);
  COHORT_EXPECT_THROW(std::invalid_argument, pool.with({.retries = 5}).apply(odd_throws, 3), "odd: 3");
  EXPECT_EQ(runs_of(3), 1);
}

TEST(PoolRetry, IsForTimeouts) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  auto limited = pool.with({.timeout = 100ms, .retries = 1, .chunksize = 4});
  const std::vector<int> all = limited.map(third_hangs_at_first, std::views::iota(0, 8));
  for (int i = 0; i < 8; ++i) EXPECT_EQ(all[static_cast<std::size_t>(i)], i);
  EXPECT_EQ(runs_of(3), 2);
}

TEST(PoolRetry, OfTryMapTellsWhichItemsStayedLost) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  const auto even_dies_twice = [](int i) { return i % 2 == 0 && count_run(i) < 2 ? (raise(SIGKILL), i) : i; };
  const auto all = pool.with({.retries = 1}).try_map(even_dies_twice, std::views::iota(0, 6));
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(all[i].has_value(), i % 2 == 1) << i;
    if (!all[i])
      test::expect_throw<WorkerLost>(
          __FILE__, __LINE__, [&] { (void)all[i].value(); }, {}, [&](const WorkerLost& e) { EXPECT_EQ(e.task(), i); });
  }
}

TEST(PoolRetry, WorksWhileThePoolIsClosing) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const auto result = pool.with({.retries = 1}).apply_async(dies_at_first, 4);
  const auto behind = pool.apply_async(same, 5);
  pool.close();
  pool.join();
  EXPECT_EQ(result.get(), 4) << "close lets what was taken finish, on a new worker if need be";
  EXPECT_EQ(behind.get(), 5);
}

}  // namespace
}  // namespace cohort::test
