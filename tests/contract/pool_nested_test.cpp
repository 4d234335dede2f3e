// tests/contract/pool_nested_test.cpp                      SPDX-License-Identifier: MIT
#include "contract/contract.hpp"

#include <csignal>
#include <numeric>
#include <ranges>
#include <vector>

namespace cohort::test {
namespace {

int sum_in_a_pool(int n) {
  Pool pool(2);
  const std::vector<int> all = pool.map(square, std::views::iota(0, n));
  return std::accumulate(all.begin(), all.end(), 0);
}

int depth(int n) {
  if (n == 0) return 0;
  Pool pool(1);
  return 1 + pool.apply(depth, n - 1);
}

void hold_a_pool(int) {
  Pool pool(2);
  std::vector<AsyncResult<void>> results;
  for (int i = 0; i < 2; ++i)
    results.push_back(pool.apply_async([](std::size_t at) { board().pid[at] = getpid(), wait_at_gate(0); },
                                       static_cast<std::size_t>(i)));
  results[0].get();
}

TEST(PoolNested, AWorkerMayHaveAPool) {
  Pool pool(2);
  EXPECT_EQ(pool.map(sum_in_a_pool, {3, 4, 5}), (std::vector{5, 14, 30}));
  EXPECT_EQ(pool.apply(sum_in_a_pool, 10), 285);
}

TEST(PoolNested, FourDeep) {
  Pool pool(1);
  EXPECT_EQ(pool.apply(depth, 3), 3);
}

TEST(PoolNested, ErrorsComeThroughAllLevels) {
  Pool pool(1);
  COHORT_EXPECT_THROW(std::invalid_argument, pool.apply([] { return Pool(1).apply(odd_throws, 3); }), "odd: 3");
}

TEST(PoolNested, AnInnerLossIsAnErrorOfTheTaskNotADeath) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const pid_t worker = pool.apply(own_pid);
  COHORT_EXPECT_THROW(WorkerLost, pool.apply([] { Pool(1).apply([] { raise(SIGKILL); }); }));
  EXPECT_EQ(pool.apply(own_pid), worker);
}

TEST(PoolNested, InnerWorkersEndWithTheirs) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const auto result = pool.apply_async(hold_a_pool, 0);
  ASSERT_TRUE(arrived(0, 2));
  const pid_t inner = board().pid[0];
  ASSERT_TRUE(is_running(inner));
  kill(pool.workers().at(0).pid(), SIGKILL);
  COHORT_EXPECT_THROW(WorkerLost, result.get());
  EXPECT_TRUE(wait_until([&] { return !is_running(inner); }));
  EXPECT_EQ(pool.apply(same, 1), 1);
}

TEST(PoolNested, TerminateReachesInnerWorkers) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const auto result = pool.apply_async(hold_a_pool, 0);
  ASSERT_TRUE(arrived(0, 2));
  pool.terminate();
  pool.join();
  EXPECT_FALSE(result.outcome());
  EXPECT_TRUE(wait_until([] { return !is_running(board().pid[0]) && !is_running(board().pid[1]); }));
}

// A program may have forked by itself, and its child may have a pool of its own.
TEST(PoolNested, AChildOfAPlainForkMayHaveAPool) {
  COHORT_NEEDS_WORKERS();
  Pool outer(1);
  EXPECT_EQ(outer.apply(square, 2), 4);
  Child child = Child::fork([] {
    Pool pool(2);
    return pool.map(square, {1, 2, 3}) == std::vector{1, 4, 9} ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), exited(0));
  EXPECT_EQ(outer.apply(square, 3), 9);
}

TEST(PoolNested, AChildOfAPlainForkIsToldThatThePoolIsNotIts) {
  COHORT_NEEDS_WORKERS();
  Pool outer(1);
  Child child = Child::fork([&] {
    try {
      (void)outer.apply(square, 2);
    } catch (const UsageError&) {
      return 0;
    }
    return 1;
  });
  EXPECT_EQ(child.wait(), exited(0));
  EXPECT_EQ(outer.apply(square, 3), 9);
}

TEST(PoolNested, AChildOfAPlainForkThatLeavesByExitHarmsNobody) {
  COHORT_NEEDS_WORKERS();
  static Pool* pool = nullptr;
  Pool outer(2);
  pool = &outer;
  const auto result = outer.apply_async(wait_at_gate, 0);
  ASSERT_TRUE(arrived(0));
  Child child = Child::fork([] {
    pool->~Pool();  // as a return from main would
    return 0;
  });
  EXPECT_EQ(child.wait(), exited(0));
  open_gate(0);
  EXPECT_EQ(result.get(), 0);
  EXPECT_EQ(outer.map(square, {1, 2}), (std::vector{1, 4}));
}

}  // namespace
}  // namespace cohort::test
