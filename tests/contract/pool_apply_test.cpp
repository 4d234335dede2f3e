// tests/contract/pool_apply_test.cpp                      SPDX-License-Identifier: MIT
#include "contract/contract.hpp"

#include <cohort/by_copy.hpp>

#include <array>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

namespace cohort::test {
namespace {

struct Point {
  int x = 0;
  int y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

struct Order {
  std::string customer;
  std::vector<Point> points;
  std::map<std::string, double> prices;
  std::optional<std::variant<int, std::string>> note;
  friend bool operator==(const Order&, const Order&) = default;
};

struct Times {  // a functor with state that the codec can carry
  int factor;
  std::string unit;
  std::string operator()(int x) const { return std::to_string(x * factor) + unit; }
};

struct Counter {
  int value = 0;
  int plus(int n) const { return value + n; }
};

std::size_t length(std::string_view text) { return text.size(); }
std::string shout(std::string text) { return text += "!"; }
std::size_t total(const std::vector<std::string>& words, const std::string& more) {
  std::size_t n = more.size();
  for (const auto& word : words) n += word.size();
  return n;
}
const std::string& first(const std::vector<std::string>& words) { return words.front(); }

TEST(PoolApply, GivesWhatTheFunctionReturns) {
  Pool pool(2);
  EXPECT_EQ(pool.apply(square, 7), 49);
  EXPECT_EQ(pool.apply(&square, -7), 49);
  EXPECT_EQ(pool.apply_async(square, 8).get(), 64);
}

TEST(PoolApply, RunsInAnotherProcess) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const pid_t worker = pool.apply(own_pid);
  EXPECT_NE(worker, getpid());
  EXPECT_EQ(pool.apply(own_pid), worker) << "one worker does all";
}

TEST(PoolApply, TakesNoArgumentAndMany) {
  Pool pool(1);
  EXPECT_EQ(pool.apply([] { return 5; }), 5);
  EXPECT_EQ(pool.apply([](int a, double b, char c, const std::string& d,
                          bool e) { return std::to_string(a) + std::to_string(b > 1) + c + d + (e ? "t" : "f"); },
                       1, 2.5, 'x', std::string("y"), true),
            "11xyt");
}

TEST(PoolApply, ConvertsArgumentsAsACallWould) {
  Pool pool(1);
  EXPECT_EQ(pool.apply([](double x) { return x / 2; }, 3), 1.5);
  EXPECT_EQ(pool.apply([](std::int64_t x) { return x; }, 3), 3);
}

TEST(PoolApply, TextCrossesAsAString) {
  Pool pool(1);
  const char* pointer = "three";
  const std::string_view view = "four";
  char array[] = "twelve";
  EXPECT_EQ(pool.apply(length, "one"), 3u);
  EXPECT_EQ(pool.apply(length, pointer), 5u);
  EXPECT_EQ(pool.apply(length, view), 4u);
  EXPECT_EQ(pool.apply(length, array), 6u);
  EXPECT_EQ(pool.apply(length, std::string("with\0nul", 8)), 8u);
  EXPECT_EQ(pool.apply(shout, "hey"), "hey!");
}

TEST(PoolApply, CallsOldFunctionsThatTakeAPointerToText) {
  Pool pool(1);
  EXPECT_EQ(pool.apply([](const char* text) { return std::string(text); }, "hello"), "hello");
  EXPECT_EQ(pool.apply(std::atoi, "42"), 42);
}

TEST(PoolApply, CarriesAggregatesAndStandardTypes) {
  Pool pool(1);
  const Order order{"Ann", {{1, 2}, {3, 4}}, {{"tea", 2.5}}, "soon"};
  EXPECT_EQ(pool.apply([](Order o) { return o; }, order), order);
  const auto mixed =
      std::tuple{std::array{1, 2}, std::vector<bool>{true, false}, std::optional<Point>{}, std::pair{'a', 2.0F}};
  EXPECT_EQ(pool.apply([](decltype(mixed) m) { return m; }, mixed), mixed);
}

TEST(PoolApply, TakesArgumentsByConstReference) {
  Pool pool(1);
  EXPECT_EQ(pool.apply(total, std::vector<std::string>{"a", "bc"}, "def"), 6u);
}

TEST(PoolApply, GivesACopyOfAResultThatIsAReference) {
  Pool pool(1);
  EXPECT_EQ(pool.apply(first, std::vector<std::string>{"a", "b"}), "a");
}

TEST(PoolApply, TheTaskGetsACopyOfItsOwn) {
  Pool pool(1);
  const std::vector<int> mine{1, 2, 3};
  EXPECT_EQ(pool.apply([](std::vector<int> theirs) { return theirs.push_back(4), theirs.size(); }, mine), 4u);
  EXPECT_EQ(pool.apply([](std::vector<int>&& theirs) { return theirs.clear(), theirs.size(); }, mine), 0u);
  EXPECT_EQ(mine, (std::vector{1, 2, 3}));
}

TEST(PoolApply, CarriesWhatCanOnlyBeMoved) {
  Pool pool(1);
  const std::unique_ptr<int> nine = pool.apply([](int x) { return std::make_unique<int>(x); }, 9);
  ASSERT_TRUE(nine);
  EXPECT_EQ(*nine, 9);
  EXPECT_EQ(pool.apply([](std::unique_ptr<int> x) { return *x + 1; }, std::make_unique<int>(4)), 5);
}

TEST(PoolApply, CallsMembersAndFunctors) {
  Pool pool(1);
  EXPECT_EQ(pool.apply(&Counter::plus, Counter{40}, 2), 42);
  EXPECT_EQ(pool.apply(&Counter::value, Counter{7}), 7);
  EXPECT_EQ(pool.apply(Times{3, " kg"}, 5), "15 kg");
  EXPECT_EQ(pool.apply(std::plus<>{}, 1, 2), 3);
}

TEST(PoolApply, CallsPartialAndByCopy) {
  Pool pool(1);
  EXPECT_EQ(pool.apply(cohort::partial([](const std::string& a, int b) { return a + std::to_string(b); }, "n"), 5),
            "n5");
  EXPECT_EQ(
      pool.apply(cohort::partial(cohort::partial([](int a, int b, int c) { return a * 100 + b * 10 + c; }, 1), 2), 3),
      123);
  const int factor = 6;
  EXPECT_EQ(pool.apply(cohort::by_copy([factor](int x) { return x * factor; }), 7), 42);
}

TEST(PoolApply, TellsLambdasOfOneFunctionApart) {
  Pool pool(1);
  const auto a = pool.apply_async([](int x) { return x + 1; }, 1), b = pool.apply_async([](int x) { return x + 2; }, 1);
  EXPECT_EQ(a.get(), 2);
  EXPECT_EQ(b.get(), 3);
}

TEST(PoolApply, ChoosesTheFunctionAtRunTime) {
  Pool pool(1);
  std::vector<AsyncResult<int>> results;
  for (auto f : {&square, &same}) results.push_back(pool.apply_async(f, 3));
  EXPECT_EQ(results[0].get(), 9);
  EXPECT_EQ(results[1].get(), 3);
}

TEST(PoolApply, AFunctionMayReturnNothing) {
  Pool pool(1);
  static_assert(std::is_void_v<decltype(pool.apply(nothing))>);
  pool.apply(nothing);
  const AsyncResult<void> done = pool.apply_async([](int i) { count_run(i); }, 3);
  done.get();
  done.get();
  EXPECT_EQ(runs_of(3), 1);
}

TEST(PoolApply, ThrowsWhatTheTaskThrew) {
  Pool pool(1);
  COHORT_EXPECT_THROW(std::invalid_argument, pool.apply(odd_throws, 3), "odd: 3");
  COHORT_EXPECT_THROW(std::invalid_argument, pool.apply([] { throw std::invalid_argument("void"); }), "void");
  EXPECT_EQ(pool.apply(odd_throws, 2), 2) << "the worker goes on";
}

TEST(PoolApply, RunsWhatNobodyAsksFor) {
  {
    Pool pool(2);
    for (int i = 0; i < 100; ++i) (void)pool.apply_async(counted, i);
  }
  for (int i = 0; i < 100; ++i) EXPECT_EQ(runs_of(i), 1) << i;
}

TEST(PoolApply, RunsEachOfManyTasksOnce) {
  Pool pool(3);
  std::vector<AsyncResult<int>> results;
  for (int i = 0; i < 20'000; ++i) results.push_back(pool.apply_async(counted, i));
  for (int i = 0; i < 20'000; ++i) ASSERT_EQ(results[static_cast<std::size_t>(i)].get(), i);
  for (int i = 0; i < 20'000; ++i) ASSERT_EQ(runs_of(i), 1) << i;
}

TEST(PoolApply, KeepsAllWorkersBusy) {
  COHORT_NEEDS_WORKERS();
  Pool pool(4);
  std::vector<AsyncResult<int>> results;
  for (int i = 0; i < 4; ++i) results.push_back(pool.apply_async(wait_at_gate, 0));
  EXPECT_TRUE(arrived(0, 4)) << "four workers run four tasks at the same time";
  open_gate(0);
  for (auto& r : results) EXPECT_EQ(r.get(), 0);
}

TEST(PoolApply, AShortTaskDoesNotWaitBehindALongOne) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  const auto slow = pool.apply_async(wait_at_gate, 0);
  std::vector<AsyncResult<int>> quick;
  for (int i = 0; i < 1000; ++i) quick.push_back(pool.apply_async(square, i));
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(quick[static_cast<std::size_t>(i)].get(), i * i);
  EXPECT_FALSE(slow.ready());
  open_gate(0);
  EXPECT_EQ(slow.get(), 0);
}

TEST(PoolApply, FromATaskIsRefusedOrWorksButNeverHangs) {
  COHORT_NEEDS_WORKERS();
  static std::optional<Pool> outer;
  outer.emplace(1);
  const auto result = outer->apply_async([] { return outer.has_value() ? outer->apply(square, 3) : 9; });  // what fork left of it
  EXPECT_TRUE(!result.outcome() || result.get() == 9);
  outer.reset();
}

}  // namespace
}  // namespace cohort::test
