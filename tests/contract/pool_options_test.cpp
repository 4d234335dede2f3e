// tests/contract/pool_options_test.cpp                      SPDX-License-Identifier: MIT
#include "contract/contract.hpp"

#include <cohort/process.hpp>

#include <sched.h>

#include <limits>
#include <ranges>
#include <set>
#include <thread>
#include <vector>

namespace cohort::test {
namespace {

std::set<pid_t> pids(const Pool& pool) {
  std::set<pid_t> all;
  for (const ProcessHandle& worker : pool.workers()) all.insert(worker.pid());
  return all;
}

TEST(PoolOptions, NumberOfWorkers) {
  COHORT_NEEDS_WORKERS();
  EXPECT_EQ(pids(Pool(3)).size(), 3u);
  EXPECT_EQ(pids(Pool({.processes = 2})).size(), 2u);
  EXPECT_EQ(pids(Pool(1UL)).size(), 1u);
  EXPECT_EQ(pids(Pool(static_cast<short>(2))).size(), 2u);
}

TEST(PoolOptions, DefaultIsWhatThisProcessMayUse) {
  COHORT_NEEDS_WORKERS();
  EXPECT_EQ(pids(Pool()).size(), static_cast<std::size_t>(usable_cpu_count()));
  EXPECT_EQ(pids(Pool(PoolOptions{})).size(), static_cast<std::size_t>(usable_cpu_count()));
}

const Program kOneCpu("options-one-cpu", [](const Arguments&) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  if (sched_setaffinity(0, sizeof one, &one) != 0) return 2;
  Pool pool;
  return pool.workers().size() == 1 && usable_cpu_count() == 1 && pool.apply(square, 3) == 9 ? 0 : 1;
});

TEST(PoolOptions, DefaultKnowsTheAffinity) {
  COHORT_NEEDS_WORKERS();
  EXPECT_EQ(Child::start(kOneCpu).wait(), exited(0));
}

TEST(PoolOptions, NoWorkersAreRefused) {
  COHORT_EXPECT_THROW(std::invalid_argument, Pool(0), "at least 1 worker");
  COHORT_EXPECT_THROW(std::invalid_argument, Pool(-1), "at least 1 worker");
  COHORT_EXPECT_THROW(std::invalid_argument, Pool(std::numeric_limits<int>::min()));
  COHORT_EXPECT_THROW(std::invalid_argument, Pool({.processes = 0}), "at least 1 worker");
  COHORT_EXPECT_THROW(std::invalid_argument, Pool({.processes = -7}), "at least 1 worker");
  COHORT_EXPECT_THROW(std::invalid_argument, Pool(0U), "at least 1 worker");
}

TEST(PoolOptions, ANumberOfWorkersThatNobodyMeansIsRefused) {
  COHORT_EXPECT_THROW(std::invalid_argument, Pool(std::numeric_limits<std::uint64_t>::max()));  // -1, once
  COHORT_EXPECT_THROW(std::invalid_argument, Pool(std::numeric_limits<std::int64_t>::max()));
}

TEST(PoolOptions, BadTaskOptionsAreRefused) {
  Pool pool(1);
  COHORT_EXPECT_THROW(std::invalid_argument, pool.with({.retries = -1}), "retries", "-1");
  COHORT_EXPECT_THROW(std::invalid_argument, pool.with({.chunksize = -1}), "chunksize", "-1");
  EXPECT_EQ(pool.apply(square, 2), 4);
}

TEST(PoolOptions, WorkersAreAliveAndBelongToThePool) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  const std::set<pid_t> before = pids(pool);
  for (const ProcessHandle& worker : pool.workers()) {
    EXPECT_TRUE(worker.is_alive());
    EXPECT_TRUE(worker.daemon());
    EXPECT_FALSE(worker.name().empty());
    EXPECT_FALSE(worker.exitcode());
  }
  EXPECT_TRUE(before.contains(pool.apply(own_pid)));
  EXPECT_EQ(pids(pool), before);
}

TEST(PoolOptions, ATaskSeesTheProcessItRunsIn) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const ProcessHandle worker = pool.workers().at(0);
  EXPECT_EQ(pool.apply([] { return current_process().pid(); }), worker.pid());
  EXPECT_EQ(pool.apply([] { return current_process().name(); }), worker.name());
}

TEST(PoolOptions, WithChangesNothingForOthers) {
  Pool pool(1);
  auto few = pool.with({.chunksize = 1});
  auto many = pool.with({.chunksize = 100});
  EXPECT_EQ(few.map(square, {1, 2}), many.map(square, {1, 2}));
  EXPECT_EQ(pool.map(square, {1, 2}), few.map(square, {1, 2}));
}

}  // namespace
}  // namespace cohort::test
