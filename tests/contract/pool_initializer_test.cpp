// tests/contract/pool_initializer_test.cpp                      SPDX-License-Identifier: MIT
#include "contract/contract.hpp"

#include <csignal>
#include <ranges>
#include <set>
#include <string>
#include <vector>

namespace cohort::test {
namespace {

std::string opened;  // one in each worker

void open_resource(std::string_view path, int flags) {
  count_run(0);
  opened = std::string(path) + ":" + std::to_string(flags);
}
void open_plain() { opened = "plain"; }
void fail_to_open(const std::string& path) {
  count_run(0);
  throw std::runtime_error("cannot open " + path);
}
void die_opening() {
  count_run(0);
  raise(SIGKILL);
}
void leave_opening() {
  count_run(0);
  _exit(7);
}
std::string what_is_open() { return opened; }

TEST(PoolInitializer, RunsInEachWorkerBeforeItsFirstTask) {
  COHORT_NEEDS_WORKERS();
  Pool pool({.processes = 3, .initializer = {open_resource, "films.db", 3}});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(pool.apply(what_is_open), "films.db:3");
  EXPECT_TRUE(wait_until([] { return runs_of(0) == 3; })) << runs_of(0);
  EXPECT_EQ(opened, "") << "not here";
}

TEST(PoolInitializer, MayTakeNothingAndMayBeALambda) {
  {
    Pool pool({.processes = 1, .initializer = open_plain});
    EXPECT_EQ(pool.apply(what_is_open), "plain");
  }
  Pool pool({.processes = 1, .initializer = {[](int x) { opened = std::to_string(x); }, 5}});
  EXPECT_EQ(pool.apply(what_is_open), "5");
  opened.clear();
}

TEST(PoolInitializer, RunsAgainInAReplacement) {
  COHORT_NEEDS_WORKERS();
  Pool pool({.processes = 1, .initializer = {open_resource, "x", 1}});
  EXPECT_EQ(pool.apply(what_is_open), "x:1");
  COHORT_EXPECT_THROW(WorkerLost, pool.apply([] { raise(SIGKILL); }));
  EXPECT_EQ(pool.apply(what_is_open), "x:1");
  EXPECT_EQ(runs_of(0), 2);
}

TEST(PoolInitializer, ThatThrowsBreaksThePoolWithItsError) {
  COHORT_NEEDS_WORKERS();
  Pool pool({.processes = 2, .initializer = {fail_to_open, "films.db"}});
  COHORT_EXPECT_THROW(std::runtime_error, pool.apply(same, 1), "cannot open films.db");
  COHORT_EXPECT_THROW(std::runtime_error, pool.apply(same, 1), "cannot open films.db");
  COHORT_EXPECT_THROW(std::runtime_error, pool.map(same, {1, 2, 3}), "cannot open films.db");
  EXPECT_LE(runs_of(0), 2) << "workers are not started again and again";
}

TEST(PoolInitializer, ThatThrowsFailsWhatWasSubmittedBefore) {
  COHORT_NEEDS_WORKERS();
  const auto late_failure = [](int gate) {
    wait_for_gate(static_cast<std::size_t>(gate));
    throw std::runtime_error("too late");
  };
  Pool pool({.processes = 2, .initializer = {late_failure, 0}});
  std::vector<AsyncResult<int>> results;
  for (int i = 0; i < 100; ++i) results.push_back(pool.apply_async(same, i));
  const auto map = pool.map_async(same, std::views::iota(0, 100));
  open_gate(0);
  for (const auto& r : results) COHORT_EXPECT_THROW(std::runtime_error, r.get(), "too late");
  COHORT_EXPECT_THROW(std::runtime_error, map.get(), "too late");
}

TEST(PoolInitializer, ThatKillsItsWorkerBreaksThePool) {
  COHORT_NEEDS_WORKERS();
  Pool pool({.processes = 2, .initializer = die_opening});
  COHORT_EXPECT_THROW(WorkerLost, pool.apply(same, 1), "before they can take a task", "SIGKILL");
  COHORT_EXPECT_THROW(WorkerLost, pool.map(same, {1, 2}), "before they can take a task");
  EXPECT_LE(runs_of(0), 100) << "workers are not started for ever";
}

TEST(PoolInitializer, ThatExitsBreaksThePool) {
  COHORT_NEEDS_WORKERS();
  Pool pool({.processes = 1, .initializer = leave_opening});
  COHORT_EXPECT_THROW(WorkerLost, pool.apply(same, 1), "before they can take a task", "exit code 7");
  EXPECT_LE(runs_of(0), 100);
}

TEST(PoolInitializer, OfABrokenPoolLetsItBeClosedJoinedAndTerminated) {
  COHORT_NEEDS_WORKERS();
  {
    Pool pool({.processes = 1, .initializer = {fail_to_open, "a"}});
    EXPECT_FALSE(pool.apply_async(same, 1).outcome());
    pool.close();
    pool.join();
  }
  {
    Pool pool({.processes = 1, .initializer = {fail_to_open, "a"}});
    EXPECT_FALSE(pool.apply_async(same, 1).outcome());
    pool.terminate();
    pool.join();
  }
  Pool unused({.processes = 2, .initializer = {fail_to_open, "a"}});
}

TEST(PoolInitializer, WithLargeArguments) {
  COHORT_NEEDS_WORKERS();
  Pool pool(
      {.processes = 2, .initializer = {[](const std::string& text) { opened = text; }, std::string(1'000'000, 'x')}});
  EXPECT_EQ(pool.apply(what_is_open).size(), 1'000'000u);
  COHORT_EXPECT_THROW(WorkerLost, pool.apply([] { raise(SIGKILL); }));
  EXPECT_EQ(pool.apply(what_is_open).size(), 1'000'000u);
}

}  // namespace
}  // namespace cohort::test
