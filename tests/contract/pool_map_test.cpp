// tests/contract/pool_map_test.cpp                      SPDX-License-Identifier: MIT
#include "contract/contract.hpp"

#include <array>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <ranges>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <vector>

namespace cohort::test {
namespace {

namespace views = std::views;

std::vector<int> squares(int n) {
  std::vector<int> all;
  for (int i = 0; i < n; ++i) all.push_back(i * i);
  return all;
}

TEST(PoolMap, KeepsTheOrderOfTheInput) {
  Pool pool(3);
  EXPECT_EQ(pool.map(square, views::iota(0, 1000)), squares(1000));
  EXPECT_EQ(pool.map_async(square, views::iota(0, 1000)).get(), squares(1000));
}

TEST(PoolMap, KeepsTheOrderWhenTasksTakeDifferentTimes) {
  Pool pool(4);
  const auto slow_first = [](int i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(i < 4 ? 20 : 0));
    return i * i;
  };
  EXPECT_EQ(pool.map(slow_first, views::iota(0, 100)), squares(100));
}

TEST(PoolMap, OfNothingIsNothing) {
  Pool pool(2);
  EXPECT_TRUE(pool.map(square, std::vector<int>{}).empty());
  EXPECT_TRUE(pool.map_async(square, views::iota(0, 0)).get().empty());
  EXPECT_TRUE(pool.try_map(square, std::list<int>{}).empty());
  pool.map([](int) {}, std::vector<int>{});
  EXPECT_TRUE(pool.map_async(square, std::vector<int>{}).ready()) << "there is nothing to wait for";
}

TEST(PoolMap, OfOneItem) {
  Pool pool(2);
  EXPECT_EQ(pool.map(square, std::vector{9}), std::vector{81});
}

TEST(PoolMap, TakesABracedList) {
  Pool pool(2);
  EXPECT_EQ(pool.map(square, {1, 2, 3}), (std::vector{1, 4, 9}));
  EXPECT_EQ(pool.map_async(square, {4}).get(), std::vector{16});
  EXPECT_EQ(pool.map([](std::string_view s) { return s.size(); }, {"one", "three"}), (std::vector<std::size_t>{3, 5}));
}

TEST(PoolMap, TakesAnyContainer) {
  Pool pool(2);
  const std::vector<int> expected{1, 4, 9};
  const int plain[] = {1, 2, 3};
  EXPECT_EQ(pool.map(square, plain), expected);
  EXPECT_EQ(pool.map(square, std::array{1, 2, 3}), expected);
  EXPECT_EQ(pool.map(square, std::list{1, 2, 3}), expected);
  EXPECT_EQ(pool.map(square, std::deque{1, 2, 3}), expected);
  EXPECT_EQ(pool.map(square, std::set{3, 2, 1}), expected);
  EXPECT_EQ(pool.map(square, std::span(plain)), expected);
  const std::vector<int> constant{1, 2, 3};
  EXPECT_EQ(pool.map(square, constant), expected);
}

TEST(PoolMap, TakesPairsOfAMap) {
  Pool pool(2);
  const std::map<std::string, int> ages{{"Ann", 30}, {"Bob", 40}};
  EXPECT_EQ(
      pool.map([](const std::pair<const std::string, int>& p) { return p.first + std::to_string(p.second); }, ages),
      (std::vector<std::string>{"Ann30", "Bob40"}));
}

TEST(PoolMap, TakesAnyView) {
  Pool pool(2);
  EXPECT_EQ(pool.map(square, views::iota(0, 10) | views::filter([](int i) { return i % 3 == 0; })),
            (std::vector{0, 9, 36, 81}));
  EXPECT_EQ(pool.map(square, views::iota(0) | views::take(4)), squares(4));
  EXPECT_EQ(pool.map(square, views::iota(0, 4) | views::reverse), (std::vector{9, 4, 1, 0}));
  EXPECT_EQ(pool.map(square, views::iota(0, 3) | views::transform([](int i) { return i + 1; })),
            (std::vector{1, 4, 9}));
  EXPECT_EQ(pool.map([](char c) { return c == 'b'; }, std::string("abc")), (std::vector<bool>{false, true, false}));
}

TEST(PoolMap, TakesAViewThatCanBeReadOnce) {
  Pool pool(2);
  std::istringstream numbers("1 2 3 4");
  EXPECT_EQ(pool.map(square, views::istream<int>(numbers)), (std::vector{1, 4, 9, 16}));
  std::istringstream words("of one word each");
  auto view = views::istream<std::string>(words);
  EXPECT_EQ(pool.map(&std::string::size, view), (std::vector<std::size_t>{2, 3, 4, 4}));
}

// As a coroutine generator would be: move-only, no end known before it is reached.
class CountDown {
 public:
  explicit CountDown(int from) : n_(from) {}
  CountDown(CountDown&&) = default;
  CountDown& operator=(CountDown&&) = default;

  struct Iterator {
    using value_type = int;
    using difference_type = std::ptrdiff_t;
    int* n = nullptr;
    Iterator() = default;
    explicit Iterator(int* at) : n(at) {}
    Iterator(Iterator&&) = default;
    Iterator& operator=(Iterator&&) = default;
    int operator*() const { return *n; }
    Iterator& operator++() { return --*n, *this; }
    void operator++(int) { --*n; }
    bool operator==(std::default_sentinel_t) const { return *n == 0; }
  };
  Iterator begin() { return Iterator(&n_); }
  std::default_sentinel_t end() const { return {}; }

 private:
  int n_;
};

TEST(PoolMap, TakesAGenerator) {
  Pool pool(2);
  EXPECT_EQ(pool.map(square, CountDown(3)), (std::vector{9, 4, 1}));
}

TEST(PoolMap, GivesTextFlagsListsAndWhatCanOnlyBeMoved) {
  Pool pool(2);
  EXPECT_EQ(pool.map([](int i) { return std::to_string(i); }, {1, 22}), (std::vector<std::string>{"1", "22"}));
  EXPECT_EQ(pool.map([](int i) { return i % 2 == 0; }, {1, 2, 3}), (std::vector<bool>{false, true, false}));
  EXPECT_EQ(pool.map([](std::size_t n) { return std::vector<char>(n, 'x'); }, {1UL, 0UL, 2UL}),
            (std::vector<std::vector<char>>{{'x'}, {}, {'x', 'x'}}));
  const auto owned = pool.map([](int i) { return std::make_unique<int>(i); }, {5, 6});
  ASSERT_EQ(owned.size(), 2u);
  EXPECT_EQ(*owned[0] + *owned[1], 11);
}

TEST(PoolMap, OfAFunctionThatReturnsNothing) {
  Pool pool(2);
  static_assert(std::is_void_v<decltype(pool.map([](int) {}, {1}))>);
  pool.map([](int i) { count_run(i); }, views::iota(0, 50));
  for (int i = 0; i < 50; ++i) EXPECT_EQ(runs_of(i), 1);
  COHORT_EXPECT_THROW(std::out_of_range,
                      pool.map(
                          [](int i) {
                            if (i == 3) throw std::out_of_range("three");
                          },
                          views::iota(0, 9)),
                      "three");
}

TEST(PoolMap, AnyChunksizeGivesTheSame) {
  Pool pool(3);
  for (const int chunksize : {0, 1, 2, 7, 99, 100, 101, 1'000'000}) {
    EXPECT_EQ(pool.with({.chunksize = chunksize}).map(square, views::iota(0, 100)), squares(100)) << chunksize;
    EXPECT_EQ(pool.with({.chunksize = chunksize}).map_async(square, views::iota(0, 100)).get(), squares(100))
        << chunksize;
  }
}

TEST(PoolMap, RunsEachItemOnceWhateverTheChunksize) {
  Pool pool(3);
  for (const int chunksize : {1, 3, 0}) {
    board().clear();
    pool.with({.chunksize = chunksize}).map(counted, views::iota(0, 1000));
    for (int i = 0; i < 1000; ++i) ASSERT_EQ(runs_of(i), 1) << "item " << i << ", chunksize " << chunksize;
  }
}

TEST(PoolMap, OfManyItems) {
  Pool pool(2);
  const std::vector<int> all = pool.map(same, views::iota(0, 1'000'000));
  ASSERT_EQ(all.size(), 1'000'000u);
  for (int i = 0; i < 1'000'000; ++i) ASSERT_EQ(all[static_cast<std::size_t>(i)], i);
}

TEST(PoolMap, ThrowsTheErrorOfTheFirstItemThatFailed) {
  Pool pool(3);
  for (int round = 0; round < 50; ++round)  // whichever is ready first
    COHORT_EXPECT_THROW(std::invalid_argument, pool.with({.chunksize = 1}).map(odd_throws, {0, 2, 5, 1, 3}), "odd: 5");
}

TEST(PoolMap, RunsOnAfterAFailure) {
  Pool pool(2);
  for (const int chunksize : {1, 5, 100}) {
    board().clear();
    COHORT_EXPECT_THROW(std::invalid_argument, pool.with({.chunksize = chunksize}).map(odd_throws, views::iota(0, 20)),
                        "odd: 1");
    for (int i = 0; i < 20; ++i) EXPECT_EQ(runs_of(i), 1) << "item " << i << ", chunksize " << chunksize;
  }
}

TEST(PoolMap, FailsWithTheErrorOfItsInput) {
  Pool pool(2);
  const auto broken = [] {
    return views::iota(0, 100) |
           views::transform([](int i) { return i == 30 ? throw std::range_error("no more input") : i; });
  };
  COHORT_EXPECT_THROW(std::range_error, pool.map(square, broken()), "no more input");
  COHORT_EXPECT_THROW(std::range_error, pool.with({.chunksize = 1}).map(square, broken()), "no more input");
  EXPECT_EQ(pool.map(square, {3}), std::vector{9}) << "the pool goes on";
}

TEST(PoolMap, AFailingInputOfMapAsyncIsTheJobsErrorOrTheCallers) {
  Pool pool(2);
  const auto use = [&] {
    (void)pool
        .map_async(square, views::iota(0, 9) |
                               views::transform([](int i) { return i == 3 ? throw std::range_error("bad") : i; }))
        .get();
  };
  COHORT_EXPECT_THROW(std::range_error, use(), "bad");
}

TEST(PoolMap, SeveralMapsAtATime) {
  Pool pool(2);
  std::vector<AsyncResult<std::vector<int>>> maps;
  for (int i = 0; i < 20; ++i) maps.push_back(pool.map_async(square, views::iota(0, 100)));
  for (auto& m : maps) EXPECT_EQ(m.get(), squares(100));
}

TEST(PoolMap, OwnsItsInput) {
  Pool pool(2);
  open_gate(0);
  AsyncResult<std::vector<int>> result = [&] {
    const std::vector<int> local{1, 2, 3};
    return pool.map_async([](int i) { return wait_for_gate(0), i; }, local);
  }();
  open_gate(0);
  EXPECT_EQ(result.get(), (std::vector{1, 2, 3}));
}

}  // namespace
}  // namespace cohort::test
