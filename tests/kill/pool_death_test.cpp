// tests/kill/pool_death_test.cpp                      SPDX-License-Identifier: MIT
// Whichever way a worker dies, it costs the item in its hands and nothing else.
#include "contract/contract.hpp"
#include "kill/ways_to_die.hpp"

#include <cohort/detail/codec/reader.hpp>
#include <cohort/detail/codec/writer.hpp>

#include <csignal>
#include <ranges>
#include <set>
#include <string>
#include <vector>

namespace cohort::test {
namespace {

constexpr int kVictim = 9;  // the third item of the second chunk of seven
constexpr int kItems = 20;

int dies_at_nine(int i, Way way) {
  count_run(i);
  if (i == kVictim) {
    board().pid[0] = getpid();
    die(way);
  }
  return i * i;
}

int dies_at_nine_once(int i, Way way) {
  if (count_run(i) == 0 && i == kVictim) die(way);
  return i * i;
}

std::vector<std::tuple<int, Way>> items(Way way) {
  std::vector<std::tuple<int, Way>> all;
  for (int i = 0; i < kItems; ++i) all.emplace_back(i, way);
  return all;
}

auto with_way(Way way) {
  return cohort::partial([](Way w, int i) { return dies_at_nine(i, w); }, way);
}

class PoolDeath : public ::testing::TestWithParam<WayInfo> {
 protected:
  void SetUp() override { COHORT_NEEDS_WORKERS(); }
  void expect_the_victims_story(const WorkerLost& e) {
    EXPECT_EQ(e.pid(), board().pid[0]);
    EXPECT_NE(e.pid(), getpid());
    if (way_.exitcode) {
      EXPECT_EQ(e.exitcode(), *way_.exitcode);
    }
    const std::string text = e.what();
    EXPECT_NE(text.find(std::to_string(e.pid())), std::string::npos) << text;
  }
  const WayInfo way_ = GetParam();
};

TEST_P(PoolDeath, OfOneTaskIsItsErrorAndNobodyElses) {
  Pool pool(2);
  std::vector<AsyncResult<int>> results;
  for (int i = 0; i < kItems; ++i) results.push_back(pool.apply_async(dies_at_nine, i, way_.way));
  for (int i = 0; i < kItems; ++i) {
    const auto& result = results[static_cast<std::size_t>(i)];
    if (i == kVictim) {
      expect_throw<WorkerLost>(
          __FILE__, __LINE__, [&] { (void)result.get(); }, {},
          [&](const WorkerLost& e) { expect_the_victims_story(e); });
    } else {
      EXPECT_EQ(result.get(), i * i);
    }
    EXPECT_EQ(runs_of(i), 1) << i;
  }
  EXPECT_EQ(pool.apply(same, 5), 5);
}

TEST_P(PoolDeath, OfAnItemIsTheMapsErrorAfterAllOthersHaveRun) {
  Pool pool(2);
  expect_throw<WorkerLost>(
      __FILE__, __LINE__, [&] { (void)pool.with({.chunksize = 7}).starmap(dies_at_nine, items(way_.way)); }, {},
      [&](const WorkerLost& e) {
        EXPECT_EQ(e.task(), static_cast<std::uint64_t>(kVictim));
        expect_the_victims_story(e);
      });
  for (int i = 0; i < kItems; ++i) EXPECT_EQ(runs_of(i), 1) << i;
}

TEST_P(PoolDeath, CostsTheChunkExactlyTheItem) {
  Pool pool(2);
  for (const int chunksize : {1, 7, kItems}) {
    board().clear();
    const auto all = pool.with({.chunksize = chunksize}).try_map(with_way(way_.way), std::views::iota(0, kItems));
    for (int i = 0; i < kItems; ++i) {
      const auto& outcome = all[static_cast<std::size_t>(i)];
      EXPECT_EQ(runs_of(i), 1) << "item " << i << ", chunksize " << chunksize;
      ASSERT_EQ(outcome.has_value(), i != kVictim) << "item " << i << ", chunksize " << chunksize;
      if (outcome) {
        EXPECT_EQ(*outcome, i * i);
        continue;
      }
      expect_throw<WorkerLost>(
          __FILE__, __LINE__, [&] { (void)outcome.value(); }, {},
          [&](const WorkerLost& e) {
            EXPECT_EQ(e.task(), static_cast<std::uint64_t>(kVictim));
            expect_the_victims_story(e);
          });
    }
  }
}

TEST_P(PoolDeath, IsMadeGoodByARetry) {
  Pool pool(2);
  const auto all = pool.with({.retries = 1, .chunksize = 7}).starmap(dies_at_nine_once, items(way_.way));
  for (int i = 0; i < kItems; ++i) {
    EXPECT_EQ(all[static_cast<std::size_t>(i)], i * i);
    EXPECT_EQ(runs_of(i), i == kVictim ? 2 : 1) << i;
  }
}

TEST_P(PoolDeath, OfWorkerAfterWorkerLeavesAGoodPool) {
  Pool pool(2);
  std::set<pid_t> dead;
  for (int round = 0; round < 5; ++round)
    expect_throw<WorkerLost>(
        __FILE__, __LINE__, [&] { (void)pool.apply(dies_at_nine, kVictim, way_.way); }, {},
        [&](const WorkerLost& e) { EXPECT_TRUE(dead.insert(e.pid()).second) << "each was another process"; });
  EXPECT_EQ(pool.map(same, {1, 2, 3}), (std::vector{1, 2, 3}));
  EXPECT_EQ(pool.workers().size(), 2u);
}

INSTANTIATE_TEST_SUITE_P(By, PoolDeath, ::testing::ValuesIn(kWaysToDie),
                         [](const auto& way) { return std::string(way.param.name); });

// ---------------------------------------------------------------- more than one way needs words of its own

TEST(PoolDeathToo, TheErrorSaysWhatHappenedAndToWhom) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  COHORT_EXPECT_THROW(WorkerLost, pool.apply([] { raise(SIGKILL); }), "worker", "signal 9", "SIGKILL");
  COHORT_EXPECT_THROW(WorkerLost, pool.apply([] { _exit(7); }), "worker", "exit code 7");
  COHORT_EXPECT_THROW(
      WorkerLost,
      pool.with({.chunksize = 7}).map([](int i) { return i == 5 ? (_exit(1), i) : i; }, std::views::iota(0, 20)),
      "item 5");
  COHORT_EXPECT_THROW(TaskTimeout, pool.with({.timeout = 50ms}).apply(sleep_an_hour), "limit", "0.05 s");
}

TEST(PoolDeathToo, OfSeveralItemsTheMapThrowsTheFirst) {
  COHORT_NEEDS_WORKERS();
  Pool pool(3);
  const auto some_die = [](int i) {
    count_run(i);
    if (i == 4 || i == 5 || i == 11 || i == 19) raise(SIGKILL);
    if (i == 13) throw std::range_error("thirteen");
    return i;
  };
  for (const int chunksize : {1, 3, 100}) {
    board().clear();
    expect_throw<WorkerLost>(
        __FILE__, __LINE__,
        [&] { (void)pool.with({.chunksize = chunksize}).map(some_die, std::views::iota(0, kItems)); }, {},
        [](const WorkerLost& e) { EXPECT_EQ(e.task(), 4u); });
    for (int i = 0; i < kItems; ++i) EXPECT_EQ(runs_of(i), 1) << i;
    const auto all = pool.with({.chunksize = chunksize}).try_map(some_die, std::views::iota(0, kItems));
    for (int i = 0; i < kItems; ++i)
      EXPECT_EQ(all[static_cast<std::size_t>(i)].has_value(), i != 4 && i != 5 && i != 11 && i != 13 && i != 19) << i;
  }
}

TEST(PoolDeathToo, OfEveryItemGivesAnErrorForEach) {
  COHORT_NEEDS_WORKERS();
  Pool pool(3);
  const auto all = pool.try_map([](int) { raise(SIGKILL); }, std::views::iota(0, 60));
  for (std::size_t i = 0; i < 60; ++i)
    expect_throw<WorkerLost>(
        __FILE__, __LINE__, [&] { all[i].value(); }, {}, [&](const WorkerLost& e) { EXPECT_EQ(e.task(), i); });
}

TEST(PoolDeathToo, OfAFirstAndALastItem) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  for (const int victim : {0, kItems - 1}) {
    const auto all =
        pool.with({.chunksize = kItems})
            .try_map(cohort::partial([](int v, int i) { return i == v ? (raise(SIGKILL), i) : i; }, victim),
                     std::views::iota(0, kItems));
    for (int i = 0; i < kItems; ++i) EXPECT_EQ(all[static_cast<std::size_t>(i)].has_value(), i != victim) << i;
  }
}

TEST(PoolDeathToo, KeepsLargeResultsThatWereFinished) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const auto all = pool.with({.chunksize = 100})
                       .try_map(
                           [](int i) {
                             return i == 15 ? (raise(SIGKILL), std::string())
                                            : std::string(static_cast<std::size_t>(i) * 10'000, 'a');
                           },
                           std::views::iota(0, kItems));
  for (std::size_t i = 0; i < kItems; ++i)
    if (i == 15) {
      EXPECT_FALSE(all[i]);
    } else {
      EXPECT_EQ(all[i].value(), std::string(i * 10'000, 'a'));
    }
}

TEST(PoolDeathToo, OfAnIdleWorkerCostsNothing) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  EXPECT_EQ(pool.apply(square, 2), 4);
  for (int round = 0; round < 10; ++round) {
    for (const auto& worker : pool.workers()) worker.kill();
    EXPECT_EQ(pool.map(square, {1, 2, 3}), (std::vector{1, 4, 9}));
  }
}

TEST(PoolDeathToo, ByAnUncaughtSignalFromOutside) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  for (const int signal : {SIGTERM, SIGHUP, SIGUSR1, SIGALRM, SIGPIPE}) {
    board().number[0] = 0;
    const auto result = pool.apply_async(wait_at_gate, 0);
    ASSERT_TRUE(arrived(0));
    kill(pool.workers().at(0).pid(), signal);
    expect_throw<WorkerLost>(
        __FILE__, __LINE__, [&] { (void)result.get(); }, {},
        [&](const WorkerLost& e) { EXPECT_EQ(e.exitcode(), -signal); });
  }
}

TEST(PoolDeathToo, AnInterruptFromTheTerminalLeavesWorkersAlone) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const auto result = pool.apply_async(wait_at_gate, 0);
  ASSERT_TRUE(arrived(0));
  kill(pool.workers().at(0).pid(), SIGINT);
  std::this_thread::sleep_for(20ms);
  open_gate(0);
  EXPECT_EQ(result.get(), 0);
}

TEST(PoolDeathToo, WakesEveryThreadThatWaits) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const auto result = pool.apply_async(wait_at_gate, 0);
  ASSERT_TRUE(arrived(0));
  std::atomic<int> told = 0;
  std::vector<std::jthread> waiters;
  for (int i = 0; i < 5; ++i) waiters.emplace_back([&] { told += result.outcome() ? 0 : 1; });
  std::this_thread::sleep_for(20ms);
  kill(pool.workers().at(0).pid(), SIGKILL);
  waiters.clear();
  EXPECT_EQ(told, 5);
}

TEST(PoolDeathToo, OfAStoppedWorkerByItsLimit) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  const auto all = pool.with({.timeout = 100ms, .chunksize = 5})
                       .try_map([](int i) { return i == 7 ? (raise(SIGSTOP), i) : i; }, std::views::iota(0, kItems));
  for (std::size_t i = 0; i < kItems; ++i) {
    EXPECT_EQ(all[i].has_value(), i != 7) << i;
    if (!all[i])
      expect_throw<TaskTimeout>(
          __FILE__, __LINE__, [&] { (void)all[i].value(); }, {"limit"},
          [](const TaskTimeout& e) {
            EXPECT_EQ(e.task(), 7u);
            EXPECT_EQ(e.exitcode(), -SIGKILL);
          });
  }
  EXPECT_EQ(
      pool.with({.timeout = 100ms, .retries = 1}).apply([] { return count_run(0) == 0 ? (raise(SIGSTOP), 1) : 2; }), 2);
}

TEST(PoolDeathToo, WhenATaskThatForkedDies) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  // The child of the task holds copies of all its descriptors; the death must be seen all the same.
  const auto result = pool.apply_async([] {
    if (const pid_t child = fork(); child == 0) {
      board().pid[0] = getpid();
      pause();
      _exit(0);
    }
    while (board().pid[0] == 0) usleep(100);
    raise(SIGKILL);
  });
  COHORT_EXPECT_THROW(WorkerLost, result.get());
  EXPECT_EQ(pool.apply(same, 1), 1);
  kill(board().pid[0], SIGKILL);  // forked by hand, so nobody but the test ends it
  pool.close();
  pool.join();
}

// ---------------------------------------------------------------- values that do not make it

struct Undecodable {  // whose bytes its own decoding refuses
  int value = 0;
  friend void cohort_encode(cohort::detail::Writer& out, const Undecodable& x) { out.put_plain(x.value); }
  friend Undecodable cohort_decode(cohort::detail::Reader& in, std::type_identity<Undecodable>) {
    if (const int value = in.get_plain<int>(); value != 3) return {value};
    throw DecodeError("three is not decoded");
  }
};

struct Unencodable {
  int value = 0;
  friend void cohort_encode(cohort::detail::Writer& out, const Unencodable& x) {
    if (x.value == 3) throw std::length_error("three is not encoded");
    out.put_plain(x.value);
  }
  friend Unencodable cohort_decode(cohort::detail::Reader& in, std::type_identity<Unencodable>) {
    return {in.get_plain<int>()};
  }
};

struct DiesInEncoding {  // in the worker only
  int value = 0;
  pid_t home = getpid();
  friend void cohort_encode(cohort::detail::Writer& out, const DiesInEncoding& x) {
    if (x.value == 3 && getpid() == x.home) raise(SIGKILL);
    out.put_plain(x.value);
  }
  friend DiesInEncoding cohort_decode(cohort::detail::Reader& in, std::type_identity<DiesInEncoding>) {
    return {in.get_plain<int>(), 0};
  }
};

struct DiesInDecoding {
  int value = 0;
  pid_t home = getpid();
  friend void cohort_encode(cohort::detail::Writer& out, const DiesInDecoding& x) {
    out.put_plain(x.value);
    out.put_plain(x.home);
  }
  friend DiesInDecoding cohort_decode(cohort::detail::Reader& in, std::type_identity<DiesInDecoding>) {
    const int value = in.get_plain<int>();
    const pid_t home = in.get_plain<pid_t>();
    if (value == 3 && getpid() != home) raise(SIGKILL);
    return {value, home};
  }
};

TEST(PoolValues, AResultThatCannotBeDecodedIsItsItemsError) {
  Pool pool(2);
  COHORT_EXPECT_THROW(DecodeError, pool.apply([](int i) { return Undecodable{i}; }, 3), "three");
  EXPECT_EQ(pool.apply([](int i) { return Undecodable{i}; }, 4).value, 4);
  const auto all = pool.with({.chunksize = 4}).try_map([](int i) { return Undecodable{i}; }, std::views::iota(0, 8));
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(all[i].has_value(), i != 3) << i;
  COHORT_EXPECT_THROW(DecodeError, pool.map([](int i) { return Undecodable{i}; }, std::views::iota(0, 8)), "three");
}

TEST(PoolValues, AResultThatCannotBeEncodedIsItsItemsError) {
  Pool pool(2);
  COHORT_EXPECT_THROW(std::length_error, pool.apply([](int i) { return Unencodable{i}; }, 3), "three");
  const auto all = pool.with({.chunksize = 4}).try_map([](int i) { return Unencodable{i}; }, std::views::iota(0, 8));
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(all[i].has_value(), i != 3) << i;
}

TEST(PoolValues, AnArgumentThatCannotBeEncodedIsTheCallersErrorAtOnce) {
  Pool pool(2);
  const auto value = [](const Unencodable& x) { return x.value; };
  COHORT_EXPECT_THROW(std::length_error, pool.apply_async(value, Unencodable{3}), "three");
  const std::vector<Unencodable> some{{1}, {2}, {3}, {4}};
  COHORT_EXPECT_THROW(std::length_error, pool.map(value, some), "three");
  EXPECT_EQ(pool.apply(value, Unencodable{4}), 4) << "nothing is left of it";
}

TEST(PoolValues, AnArgumentThatCannotBeDecodedIsItsItemsError) {
  Pool pool(2);
  const auto value = [](const Undecodable& x) { return x.value; };
  COHORT_EXPECT_THROW(DecodeError, pool.apply(value, Undecodable{3}), "three");
  const std::vector<Undecodable> some{{1}, {2}, {3}, {4}};
  const auto all = pool.with({.chunksize = 4}).try_map(value, some);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(all[i].has_value(), i != 2) << "item " << i;
}

TEST(PoolValues, DyingWhileAResultIsEncodedCostsTheItem) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  COHORT_EXPECT_THROW(WorkerLost, pool.apply([](int i) { return DiesInEncoding{i}; }, 3));
  const auto all = pool.with({.chunksize = 4}).try_map([](int i) { return DiesInEncoding{i}; }, std::views::iota(0, 8));
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(all[i].has_value(), i != 3) << i;
}

TEST(PoolValues, DyingWhileAnArgumentIsDecodedCostsTheItem) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  const auto value = [](const DiesInDecoding& x) { return x.value; };
  COHORT_EXPECT_THROW(WorkerLost, pool.apply(value, DiesInDecoding{3}));
  const std::vector<DiesInDecoding> some{{1}, {2}, {3}, {4}};
  const auto all = pool.with({.chunksize = 4}).try_map(value, some);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(all[i].has_value(), i != 2) << "item " << i;
}

}  // namespace
}  // namespace cohort::test
