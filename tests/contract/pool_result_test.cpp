// tests/contract/pool_result_test.cpp                      SPDX-License-Identifier: MIT
#include "contract/contract.hpp"

#include <optional>
#include <ranges>
#include <string>
#include <thread>
#include <vector>

namespace cohort::test {
namespace {

TEST(AsyncResult, IsReadyWhenTheTaskHasEnded) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const auto result = pool.apply_async(wait_at_gate, 0);
  ASSERT_TRUE(arrived(0));
  EXPECT_FALSE(result.ready());
  EXPECT_FALSE(result.wait(0s));
  EXPECT_FALSE(result.wait(1ms));
  open_gate(0);
  result.wait();
  EXPECT_TRUE(result.ready());
  EXPECT_TRUE(result.wait(0s));
  EXPECT_TRUE(result.wait(Timeout::forever()));
  EXPECT_TRUE(result.successful());
}

TEST(AsyncResult, IsSuccessfulOnlyWithAValue) {
  Pool pool(1);
  const auto good = pool.apply_async(square, 2), bad = pool.apply_async(odd_throws, 1);
  good.wait();
  bad.wait();
  EXPECT_TRUE(bad.ready());
  EXPECT_TRUE(good.successful());
  EXPECT_FALSE(bad.successful());
}

TEST(AsyncResult, SuccessfulBeforeItIsReadyIsAMistake) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const auto result = pool.apply_async(wait_at_gate, 0);
  COHORT_EXPECT_THROW(UsageError, result.successful(), "ready");
  open_gate(0);
  EXPECT_EQ(result.get(), 0);
}

TEST(AsyncResult, GetWithATimeGivesUpAndTheTaskGoesOn) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const auto result = pool.apply_async(wait_at_gate, 0);
  const Stopwatch watch;
  COHORT_EXPECT_THROW(TimeoutError, result.get(30ms));
  EXPECT_GE(watch.elapsed(), 30ms);
  COHORT_EXPECT_THROW(TimeoutError, result.get(0s));
  COHORT_EXPECT_THROW(TimeoutError, result.get(-5s));
  COHORT_EXPECT_THROW(TimeoutError, result.get(std::chrono::nanoseconds::min()));
  open_gate(0);
  EXPECT_EQ(result.get(Timeout::forever()), 0);
  EXPECT_EQ(result.get(0s), 0) << "what is there is given, however short the time";
}

TEST(AsyncResult, WaitTakesAtLeastItsTime) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const auto result = pool.apply_async(wait_at_gate, 0);
  for (const auto time : {1ms, 20ms, 700ms}) {  // longer than one slice of a wait, too
    const Stopwatch watch;
    EXPECT_FALSE(result.wait(time));
    EXPECT_GE(watch.elapsed(), time);
  }
  open_gate(0);
}

TEST(AsyncResult, GivesItsValueAsOftenAsWanted) {
  Pool pool(1);
  const auto result = pool.apply_async([](int n) { return std::vector<int>(static_cast<std::size_t>(n), 1); }, 3);
  std::vector<int> mine = result.get();
  mine.push_back(2);
  EXPECT_EQ(result.get(), (std::vector{1, 1, 1})) << "decoded anew";
  const auto text = pool.apply_async([] { return std::string(5000, 'x'); });
  EXPECT_EQ(text.get().size() + text.get().size(), 10'000u);
}

TEST(AsyncResult, ThrowsItsErrorAsOftenAsAsked) {
  Pool pool(1);
  const auto result = pool.apply_async(odd_throws, 5);
  for (int i = 0; i < 3; ++i) COHORT_EXPECT_THROW(std::invalid_argument, result.get(), "odd: 5");
  EXPECT_EQ(runs_of(5), 1);
}

TEST(AsyncResult, CopiesNameTheSameResult) {
  Pool pool(1);
  std::optional<AsyncResult<int>> first = pool.apply_async(counted, 4);
  const AsyncResult<int> second = *first;
  AsyncResult<int> third = second;
  first.reset();
  EXPECT_EQ(second.get() + third.get(), 8);
  third = pool.apply_async(counted, 6);
  EXPECT_EQ(third.get(), 6);
  EXPECT_EQ(second.get(), 4);
  const AsyncResult<int> moved = std::move(third);
  EXPECT_EQ(moved.get(), 6);
  EXPECT_EQ(runs_of(4), 1);
}

TEST(AsyncResult, OutcomeNeverThrows) {
  Pool pool(1);
  const Outcome<int> good = pool.apply_async(square, 3).outcome(), bad = pool.apply_async(odd_throws, 3).outcome();
  ASSERT_TRUE(good);
  EXPECT_EQ(*good, 9);
  EXPECT_EQ(good.error(), nullptr);
  ASSERT_FALSE(bad);
  COHORT_EXPECT_THROW(std::invalid_argument, bad.value(), "odd: 3");
  EXPECT_TRUE(pool.apply_async(nothing).outcome());
  EXPECT_FALSE(pool.apply_async([] { throw std::logic_error("x"); }).outcome());
}

TEST(AsyncResult, OutlivesItsPool) {
  std::vector<AsyncResult<std::string>> kept;
  {
    Pool pool(2);
    for (int i = 0; i < 10; ++i)
      kept.push_back(pool.apply_async([](int n) { return std::string(static_cast<std::size_t>(n) * 1000, 'y'); }, i));
  }
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(kept[static_cast<std::size_t>(i)].get().size(), static_cast<std::size_t>(i) * 1000);
  EXPECT_TRUE(kept[0].ready());
  EXPECT_TRUE(kept[0].successful());
}

AsyncResult<std::vector<int>> map_of_a_pool_that_is_gone() {
  Pool pool(2);
  return pool.map_async(square, {1, 2, 3});
}

TEST(AsyncResult, OfAMapOutlivesItsPool) {
  const auto result = map_of_a_pool_that_is_gone();
  EXPECT_EQ(result.get(), (std::vector{1, 4, 9}));
  EXPECT_EQ(result.get(), (std::vector{1, 4, 9}));
}

TEST(AsyncResult, OfAnErrorOutlivesItsPool) {
  std::optional<AsyncResult<int>> result;
  {
    Pool pool(1);
    result = pool.apply_async(odd_throws, 7);
  }
  COHORT_EXPECT_THROW(std::invalid_argument, result->get(), "odd: 7");
}

TEST(AsyncResult, IsReadFromAnyThread) {
  if (inline_workers()) open_gate(0);
  Pool pool(2);
  const auto result = pool.apply_async(
      [](std::size_t gate) { return wait_for_gate(gate), std::string("from afar, and a little longer than a slot"); },
      0);
  std::vector<std::jthread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 8; ++i) threads.emplace_back([&] { right += result.get().starts_with("from afar") ? 1 : 0; });
  open_gate(0);
  threads.clear();
  EXPECT_EQ(right, 8);
}

TEST(AsyncResult, OfAMapIsReadyWhenAllItemsAre) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  const auto result = pool.with({.chunksize = 1})
                          .map_async([](int i) { return i == 3 ? wait_at_gate(0) : i; }, std::views::iota(0, 10));
  ASSERT_TRUE(arrived(0));
  EXPECT_FALSE(result.wait(20ms));
  COHORT_EXPECT_THROW(TimeoutError, result.get(1ms));
  open_gate(0);
  EXPECT_EQ(result.get().size(), 10u);
}

TEST(AsyncResult, DroppedBeforeItIsReadyLeavesNothing) {
  Pool pool(2);
  for (int i = 0; i < 1000; ++i) (void)pool.apply_async([] { return std::string(10'000, 'z'); });
  pool.close();
  pool.join();
}  // and the leak check looks

TEST(AsyncResult, MayBeTakenInAnyOrder) {
  Pool pool(2);
  std::vector<AsyncResult<int>> results;
  for (int i = 0; i < 5000; ++i) results.push_back(pool.apply_async(square, i));
  for (int i = 4999; i >= 0; --i) ASSERT_EQ(results[static_cast<std::size_t>(i)].get(), i * i);
}

}  // namespace
}  // namespace cohort::test
