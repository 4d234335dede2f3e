// tests/kill/endurance_test.cpp                      SPDX-License-Identifier: MIT
// What goes wrong one time in a thousand, done a thousand times.
#include "contract/contract.hpp"
#include "support/random.hpp"

#include <netdb.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <random>
#include <ranges>
#include <string>
#include <thread>
#include <vector>

namespace cohort::test {
namespace {

// Sanitizers make all of this ten times slower: they do a part of it.
int times(int n) { return slowness() > 2 ? n / 10 : n; }

void spin_for(std::chrono::microseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
  }
}

constexpr auto kLimit = 3ms;

// A limit is looked at every millisecond or so: tasks that end somewhere in that time are what a careless kill would
// miss.
TEST(Endurance, ADeadlineAtTheEndOfATaskNeverHitsTheNext) {
  COHORT_NEEDS_WORKERS();
  expect_within(std::chrono::seconds(120));
  auto engine = random_engine();
  std::uniform_int_distribution<int> extra(-300, 2000);
  int overrun = 0;
  Pool pool(1);
  auto limited = pool.with({.timeout = kLimit});
  auto far = pool.with({.timeout = 1h});
  const int rounds = times(1000);
  for (int round = 0; round < rounds; ++round) {
    const auto first = limited.apply_async(spin_for, kLimit + std::chrono::microseconds(extra(engine)));
    const auto innocent = pool.apply_async(counted, round * 2),
               limited_innocent = far.apply_async(counted, round * 2 + 1);
    ASSERT_EQ(innocent.get(), round * 2);
    ASSERT_EQ(limited_innocent.get(), round * 2 + 1);
    if (!first.outcome()) {
      ++overrun;
      COHORT_EXPECT_THROW(TaskTimeout, first.get());
    }
    ASSERT_EQ(runs_of(round * 2), 1);
    ASSERT_EQ(runs_of(round * 2 + 1), 1);
  }
  std::printf("[ MEASURED ] %d of %d tasks were killed at their deadline\n", overrun, rounds);
}

// The same with items of one chunk: what is killed is the item, and the next one of the same chunk is run once.
TEST(Endurance, ADeadlineAtTheEndOfAnItemNeverHitsTheNext) {
  COHORT_NEEDS_WORKERS();
  expect_within(std::chrono::seconds(120));
  Pool pool(2);
  auto limited = pool.with({.timeout = kLimit, .chunksize = 10});
  int overrun = 0;
  for (int round = 0; round < times(50); ++round) {
    board().clear();
    const auto item = [](int i) {
      count_run(i);
      if (i % 2 == 0) spin_for(kLimit + std::chrono::microseconds(i * 40));
      return i;
    };
    const auto all = limited.try_map(item, std::views::iota(0, 20));
    for (int i = 0; i < 20; ++i) {
      ASSERT_EQ(runs_of(i), 1);
      if (i % 2 == 1) {
        ASSERT_EQ(all[static_cast<std::size_t>(i)].value(), i);
      }
      overrun += all[static_cast<std::size_t>(i)] ? 0 : 1;
    }
  }
  std::printf("[ MEASURED ] %d items were killed at their deadline\n", overrun);
}

TEST(Endurance, AMillionResultsAreKeptWhileAMillionMoreRun) {
  expect_within(std::chrono::seconds(180));
  const int n = times(1'000'000);
  Pool pool(2);
  std::vector<AsyncResult<int>> kept;
  kept.reserve(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) kept.push_back(pool.apply_async(same, i));
  long sum = 0;
  std::vector<AsyncResult<int>> window;
  for (int i = 0; i < n; ++i) {
    window.push_back(pool.apply_async(same, 1));
    if (window.size() == 4096) {
      for (const auto& r : window) sum += r.get();
      window.clear();
    }
  }
  for (const auto& r : window) sum += r.get();
  window.clear();
  EXPECT_EQ(sum, n);
  for (int i = 0; i < n; ++i) ASSERT_EQ(kept[static_cast<std::size_t>(i)].get(), i);
  kept.clear();
}

TEST(Endurance, OneLongTaskHoldsUpNobodyInItsLane) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  const auto slow = pool.apply_async([] { std::this_thread::sleep_for(3s); });
  std::vector<AsyncResult<int>> quick;
  for (int i = 0; i < 10'000; ++i) quick.push_back(pool.apply_async(same, i));
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(quick[static_cast<std::size_t>(i)].get(), i);
  EXPECT_FALSE(slow.ready()) << "ten thousand small tasks are done long before three seconds";
  slow.get();
}

// ---------------------------------------------------------------- threads that hold the C library's locks

void write_a_log_line() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  char text[64];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %Z", &parts);
  const auto line = std::make_unique<std::string>(std::string(text) + (std::getenv("HOME") != nullptr ? "x" : "y") +
                                                  std::string(200, '.'));
  if (line->empty()) std::abort();
}

void look_up_a_host() {
  addrinfo* found = nullptr;
  if (getaddrinfo("localhost", "80", nullptr, &found) == 0) freeaddrinfo(found);
}

int log_and_die(int i) {
  write_a_log_line();
  if (i % 10 == 0) look_up_a_host();
  write_a_log_line();
  raise(SIGKILL);
  return i;
}

int log_and_live(int i) {
  write_a_log_line();
  return i;
}

// A process of its own: in this one threads of earlier tests may have left their mark.
const Program kLogging("logging-threads", [](const Arguments& arguments) {
  const int deaths = std::stoi(arguments.at(0));
  Pool pool(2);
  std::atomic<bool> over = false;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&over, i] {
      while (!over) i == 0 ? look_up_a_host() : write_a_log_line();
    });
  int lost = 0;
  for (int done = 0; done < deaths; done += 10) {
    std::vector<AsyncResult<int>> dying, living;
    for (int i = 0; i < 10; ++i) {
      dying.push_back(pool.apply_async(log_and_die, i));
      living.push_back(pool.apply_async(log_and_live, i));
    }
    for (int i = 0; i < 10; ++i) {
      lost += dying[static_cast<std::size_t>(i)].outcome() ? 0 : 1;
      if (living[static_cast<std::size_t>(i)].get() != i) return 2;
    }
  }
  over = true;
  return lost == deaths ? 0 : 1;
});

TEST(Endurance, ReplacementsNeverInheritALockedLock) {
  COHORT_NEEDS_WORKERS();
  expect_within(std::chrono::seconds(180));
  EXPECT_EQ(Child::start(kLogging, {std::to_string(times(1000))}).wait(150s), exited(0));
}

}  // namespace
}  // namespace cohort::test
