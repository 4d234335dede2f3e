// tests/contract/pool_try_map_test.cpp                      SPDX-License-Identifier: MIT
#include "contract/contract.hpp"

#include <memory>
#include <ranges>
#include <string>
#include <vector>

namespace cohort::test {
namespace {

TEST(PoolTryMap, GivesAnOutcomePerItem) {
  Pool pool(2);
  for (const int chunksize : {0, 1, 4}) {
    const std::vector<Outcome<int>> all =
        pool.with({.chunksize = chunksize}).try_map(odd_throws, std::views::iota(0, 10));
    ASSERT_EQ(all.size(), 10u);
    for (int i = 0; i < 10; ++i) {
      const auto& outcome = all[static_cast<std::size_t>(i)];
      ASSERT_EQ(outcome.has_value(), i % 2 == 0) << i;
      ASSERT_EQ(static_cast<bool>(outcome), i % 2 == 0) << i;
      if (outcome) {
        EXPECT_EQ(*outcome, i);
        EXPECT_EQ(outcome.error(), nullptr);
      } else {
        COHORT_EXPECT_THROW(std::invalid_argument, outcome.value(), "odd: " + std::to_string(i));
        COHORT_EXPECT_THROW(std::invalid_argument, *outcome, "odd: " + std::to_string(i));
        COHORT_EXPECT_THROW(std::invalid_argument, std::rethrow_exception(outcome.error()), "odd");
      }
    }
  }
}

TEST(PoolTryMap, NeverThrowsForAnItem) {
  Pool pool(2);
  const auto all =
      pool.try_map([](int i) -> int { throw std::runtime_error(std::to_string(i)); }, std::vector{1, 2, 3});
  ASSERT_EQ(all.size(), 3u);
  for (const auto& outcome : all) EXPECT_FALSE(outcome);
}

TEST(PoolTryMap, OfAFunctionThatReturnsNothing) {
  Pool pool(2);
  const std::vector<Outcome<void>> all = pool.try_map(
      [](int i) {
        if (i == 1) throw std::length_error("one");
      },
      std::vector{0, 1, 2});
  ASSERT_EQ(all.size(), 3u);
  EXPECT_TRUE(all[0]);
  EXPECT_FALSE(all[1]);
  EXPECT_TRUE(all[2]);
  all[0].value();
  COHORT_EXPECT_THROW(std::length_error, all[1].value(), "one");
}

TEST(PoolTryMap, OfResultsThatCanOnlyBeMoved) {
  Pool pool(2);
  const auto all = pool.try_map([](int i) { return std::make_unique<int>(i); }, std::vector{7});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(**all[0], 7);
}

TEST(PoolTryMap, FailsWithTheErrorOfItsInput) {
  Pool pool(2);
  const auto broken = std::views::iota(0, 10) |
                      std::views::transform([](int i) { return i == 3 ? throw std::range_error("input") : i; });
  COHORT_EXPECT_THROW(std::range_error, pool.try_map(square, broken), "input");
}

}  // namespace
}  // namespace cohort::test
