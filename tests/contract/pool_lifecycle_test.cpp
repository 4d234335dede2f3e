// tests/contract/pool_lifecycle_test.cpp                      SPDX-License-Identifier: MIT
#include "contract/contract.hpp"

#include "support/inventory.hpp"

#include <csignal>
#include <memory>
#include <optional>
#include <ranges>
#include <thread>
#include <utility>
#include <vector>

namespace cohort::test {
namespace {

TEST(PoolLifecycle, CloseLetsWhatIsThereFinish) {
  Pool pool(2);
  std::vector<AsyncResult<int>> results;
  for (int i = 0; i < 1000; ++i) results.push_back(pool.apply_async(counted, i));
  pool.close();
  pool.join();
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(runs_of(i), 1);
  EXPECT_TRUE(results.back().ready()) << "after join nothing is pending";
  EXPECT_EQ(results.back().get(), 999);
}

TEST(PoolLifecycle, AfterCloseNothingIsTaken) {
  Pool pool(1);
  const auto before = pool.apply_async(square, 2);
  pool.close();
  COHORT_EXPECT_THROW(UsageError, pool.apply(square, 1), "close");
  COHORT_EXPECT_THROW(UsageError, pool.apply_async(square, 1), "close");
  COHORT_EXPECT_THROW(UsageError, pool.map(square, {1, 2}), "close");
  COHORT_EXPECT_THROW(UsageError, pool.map(square, std::vector<int>{}), "close");
  COHORT_EXPECT_THROW(UsageError, pool.starmap([](int, int) {}, {std::tuple{1, 2}}), "close");
  COHORT_EXPECT_THROW(UsageError, pool.try_map(square, std::vector{1}), "close");
  COHORT_EXPECT_THROW(UsageError, pool.with({.retries = 1}).apply(square, 1), "close");
  EXPECT_EQ(before.get(), 4);
}

TEST(PoolLifecycle, AfterTerminateNothingIsTaken) {
  Pool pool(1);
  pool.terminate();
  COHORT_EXPECT_THROW(UsageError, pool.apply(square, 1), "terminate");
  COHORT_EXPECT_THROW(UsageError, pool.map(square, {1, 2}), "terminate");
}

TEST(PoolLifecycle, JoinBeforeCloseIsAMistake) {
  Pool pool(1);
  COHORT_EXPECT_THROW(UsageError, pool.join(), "close");
  COHORT_EXPECT_THROW(UsageError, pool.join(1s), "close");
  EXPECT_EQ(pool.apply(square, 2), 4);
}

TEST(PoolLifecycle, AllMayBeDoneTwice) {
  Pool pool(1);
  pool.close();
  pool.close();
  pool.join();
  pool.join();
  EXPECT_TRUE(pool.join(0s));
  pool.close();
  pool.terminate();
  pool.terminate();
  pool.join();
}

TEST(PoolLifecycle, JoinWithATimeTellsWhetherItEnded) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const auto result = pool.apply_async(wait_at_gate, 0);
  pool.close();
  const Stopwatch watch;
  EXPECT_FALSE(pool.join(20ms));
  EXPECT_GE(watch.elapsed(), 20ms);
  EXPECT_FALSE(pool.join(-1s));
  open_gate(0);
  EXPECT_TRUE(pool.join(Timeout::forever()));
  EXPECT_TRUE(pool.join(0s));
  EXPECT_EQ(result.get(), 0);
}

TEST(PoolLifecycle, ScopeExitWaitsForAllTasks) {
  {
    Pool pool(2);
    for (int i = 0; i < 20; ++i)
      (void)pool.apply_async([](int n) { return std::this_thread::sleep_for(1ms), counted(n); }, i);
  }
  for (int i = 0; i < 20; ++i) EXPECT_EQ(runs_of(i), 1);
}

TEST(PoolLifecycle, ScopeExitByAnExceptionTerminates) {
  COHORT_NEEDS_WORKERS();
  std::optional<AsyncResult<void>> never;
  const auto leave = [&] {
    Pool pool(1);
    never = pool.apply_async(sleep_an_hour);
    throw std::runtime_error("out");
  };
  COHORT_EXPECT_THROW(std::runtime_error, leave(), "out");
  COHORT_EXPECT_THROW(Error, never->get(), "terminate");
}

struct PoolInADestructor {  // runs while an exception of somebody else is under way
  ~PoolInADestructor() {
    Pool pool(1);
    (void)pool.apply_async(counted, 1);
  }
};

TEST(PoolLifecycle, ScopeExitWhileAnOlderExceptionIsUnderWayStillWaits) {
  try {
    const PoolInADestructor last;
    throw std::runtime_error("older");
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(runs_of(1), 1);
}

TEST(PoolLifecycle, TerminateEndsWhatRunsAndWhatIsQueued) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  std::vector<AsyncResult<void>> results;
  for (int i = 0; i < 10'000; ++i) results.push_back(pool.apply_async(sleep_an_hour));
  const auto map = pool.map_async([](int) { sleep_an_hour(); }, std::views::iota(0, 1000));
  pool.terminate();
  pool.join();
  for (const auto& r : results) {
    ASSERT_TRUE(r.ready());
    ASSERT_FALSE(r.outcome());
  }
  COHORT_EXPECT_THROW(Error, results.front().get(), "terminate");
  COHORT_EXPECT_THROW(Error, results.back().get(), "terminate");
  COHORT_EXPECT_THROW(Error, results.back().get(1s), "terminate");
  COHORT_EXPECT_THROW(Error, map.get(), "terminate");
}

TEST(PoolLifecycle, TerminateKeepsWhatWasDone) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const auto done = pool.apply_async(square, 3);
  done.wait();
  const auto never = pool.apply_async(sleep_an_hour);
  pool.terminate();
  EXPECT_EQ(done.get(), 9);
  EXPECT_FALSE(never.outcome());
}

TEST(PoolLifecycle, TerminateWakesWhoWaits) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const auto never = pool.apply_async(wait_at_gate, 0);
  ASSERT_TRUE(arrived(0));
  std::vector<std::jthread> waiters;
  std::atomic<int> told = 0;
  for (int i = 0; i < 4; ++i) waiters.emplace_back([&] { told += never.outcome() ? 0 : 1; });
  std::this_thread::sleep_for(10ms);
  pool.terminate();
  waiters.clear();
  EXPECT_EQ(told, 4);
}

TEST(PoolLifecycle, TerminateAfterCloseAndWhileJoining) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const auto never = pool.apply_async(wait_at_gate, 0);
  ASSERT_TRUE(arrived(0));
  pool.close();
  std::jthread other([&] {
    std::this_thread::sleep_for(10ms);
    pool.terminate();
  });
  pool.join();
  EXPECT_FALSE(never.outcome());
}

TEST(PoolLifecycle, StoppedWorkersAreTerminatedToo) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  const auto stopped = pool.apply_async([] { raise(SIGSTOP); });
  const auto never = pool.apply_async(sleep_an_hour);
  ASSERT_TRUE(wait_until([&] {
    for (const auto& w : pool.workers())
      if (const auto info = process_info(w.pid()); info && info->state == 'T') return true;
    return false;
  }));
  pool.terminate();
  pool.join();
  EXPECT_FALSE(stopped.outcome());
  EXPECT_FALSE(never.outcome());
}

TEST(PoolLifecycle, WorkersThatIgnoreSignalsAreTerminatedToo) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const auto never = pool.apply_async([] {
    for (int s = 1; s < 32; ++s) std::signal(s, SIG_IGN);
    wait_at_gate(0);
  });
  ASSERT_TRUE(arrived(0));
  pool.terminate();
  pool.join();
  EXPECT_FALSE(never.outcome());
}

// The leak check of every test grants a moment for things to go; here they are gone when the scope is left.
TEST(PoolLifecycle, LeavesNothingWhenItsScopeIsLeft) {
  COHORT_NEEDS_WORKERS();
  const Inventory before = take_inventory();
  {
    Pool pool(3);
    EXPECT_EQ(pool.map(square, {1, 2, 3}).size(), 3u);
    (void)pool.apply_async(square, 1).callback([](int) {});
  }
  Inventory after = take_inventory();
  after.threads = before.threads;  // a thread that has been joined may be listed a little longer
  EXPECT_EQ(growth(before, after), "");
}

TEST(PoolLifecycle, TerminateLeavesNothingAfterJoin) {
  COHORT_NEEDS_WORKERS();
  const Inventory before = take_inventory();
  {
    Pool pool(3);
    for (int i = 0; i < 100; ++i) (void)pool.apply_async(sleep_an_hour);
    pool.terminate();
    pool.join();
    for (const auto& process : take_inventory().processes) ADD_FAILURE_AT(__FILE__, __LINE__) << process;
  }
  Inventory after = take_inventory();
  after.threads = before.threads;
  EXPECT_EQ(growth(before, after), "");
}

TEST(PoolLifecycle, AnUnusedPoolEnds) {
  { const Pool pool(2); }
  Pool pool(2);
  pool.terminate();
}

TEST(PoolLifecycle, OnePoolAfterTheOther) {
  for (int i = 0; i < 100; ++i) {
    Pool pool(2);
    ASSERT_EQ(pool.apply(square, i), i * i);
  }
}

TEST(PoolLifecycle, SeveralPoolsAtATime) {
  std::vector<Pool> pools;
  for (int i = 0; i < 5; ++i) pools.emplace_back(2);
  std::vector<AsyncResult<std::vector<int>>> results;
  for (Pool& pool : pools) results.push_back(pool.map_async(square, std::views::iota(0, 100)));
  pools.erase(pools.begin() + 1);  // one ends while the others work: no copy of its descriptors keeps it waiting
  for (const auto& r : results) EXPECT_EQ(r.get()[99], 9801);
}

TEST(PoolLifecycle, EndsInAnyOrder) {
  auto first = std::make_unique<Pool>(1), second = std::make_unique<Pool>(1);
  EXPECT_EQ(second->apply(square, 2), 4);
  first.reset();
  EXPECT_EQ(second->apply(square, 3), 9);
  first = std::make_unique<Pool>(1);
  second.reset();
  EXPECT_EQ(first->apply(square, 4), 16);
}

TEST(PoolLifecycle, Moves) {
  Pool first(2);
  const auto result = first.apply_async(square, 3);
  auto options = first.with({.chunksize = 2});
  Pool second = std::move(first);
  EXPECT_EQ(result.get(), 9);
  EXPECT_EQ(second.apply(square, 4), 16);
  EXPECT_EQ(options.map(square, {1, 2, 3}), (std::vector{1, 4, 9})) << "with() holds the engine, not the name";
  Pool third(1);
  third = std::move(second);
  EXPECT_EQ(third.apply(square, 5), 25);
  EXPECT_EQ(third.workers().size(), inline_workers() ? third.workers().size() : 2u);
}

TEST(PoolLifecycle, WithOfATemporaryStaysGood) {
  Pool pool(1);
  auto options = pool.with({.retries = 1});
  const auto result = pool.with({.chunksize = 1}).map_async(square, {1, 2});
  EXPECT_EQ(result.get(), (std::vector{1, 4}));
  EXPECT_EQ(options.apply(square, 2), 4);
  pool.close();
  pool.join();
  COHORT_EXPECT_THROW(UsageError, options.apply(square, 2), "close");
}

TEST(PoolLifecycle, WithAfterThePoolIsGoneIsAMistake) {
  std::optional<Pool::With> options;
  {
    Pool pool(1);
    options = pool.with({.retries = 1});
  }
  COHORT_EXPECT_THROW(UsageError, options->apply(square, 2), "close");
}

TEST(PoolLifecycle, MadeInOneThreadAndEndedInAnother) {
  std::unique_ptr<Pool> pool;
  std::jthread([&] { pool = std::make_unique<Pool>(2); }).join();
  EXPECT_EQ(pool->apply(square, 3), 9) << "workers do not end with the thread that made them";
  std::jthread([&] { pool.reset(); }).join();
}

TEST(PoolLifecycle, ManyWorkers) {
  COHORT_NEEDS_WORKERS();
  Pool pool(64);
  EXPECT_EQ(pool.workers().size(), 64u);
  EXPECT_EQ(pool.map(square, std::views::iota(0, 1000))[999], 998'001);
}

TEST(PoolLifecycle, NewWorkersHaveAsManyDescriptorsAsTheFirst) {
  COHORT_NEEDS_WORKERS();
  const auto descriptors = [] { return take_inventory().descriptors.size(); };
  Pool pool(1);
  const auto first = pool.apply(descriptors);
  for (int i = 0; i < 20; ++i) (void)pool.apply_async([] { raise(SIGKILL); }).outcome();
  EXPECT_EQ(pool.apply(descriptors), first);
}

}  // namespace
}  // namespace cohort::test
