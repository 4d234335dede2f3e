// tests/contract/pool_starmap_test.cpp                      SPDX-License-Identifier: MIT
#include "contract/contract.hpp"

#include <map>
#include <ranges>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace cohort::test {
namespace {

int power(int base, int exponent) { return exponent == 0 ? 1 : base * power(base, exponent - 1); }
std::string repeat(std::string_view text, int n) {
  std::string all;
  while (n-- > 0) all += text;
  return all;
}

TEST(PoolStarmap, SpreadsTuplesOverTheParameters) {
  Pool pool(2);
  const std::vector<std::tuple<int, int>> pairs{{2, 3}, {4, 5}};
  EXPECT_EQ(pool.starmap(power, pairs), (std::vector{8, 1024}));
  EXPECT_EQ(pool.starmap_async(power, pairs).get(), (std::vector{8, 1024}));
}

TEST(PoolStarmap, TakesABracedList) {
  Pool pool(2);
  EXPECT_EQ(pool.starmap(power, {std::tuple{2, 3}, std::tuple{4, 5}}), (std::vector{8, 1024}));
}

TEST(PoolStarmap, TakesPairs) {
  Pool pool(2);
  EXPECT_EQ(pool.starmap(power, std::vector<std::pair<int, int>>{{2, 2}, {3, 2}}), (std::vector{4, 9}));
  EXPECT_EQ(pool.starmap([](const std::string& k, int v) { return k + std::to_string(v); },
                         std::map<std::string, int>{{"a", 1}, {"b", 2}}),
            (std::vector<std::string>{"a1", "b2"}));
}

TEST(PoolStarmap, TakesMixedTypes) {
  Pool pool(2);
  EXPECT_EQ(pool.starmap(repeat, std::vector<std::tuple<std::string, int>>{{"ab", 2}, {"c", 0}}),
            (std::vector<std::string>{"abab", ""}));
  EXPECT_EQ(
      pool.starmap([](int a, double b, const std::string& c) { return std::to_string(a + static_cast<int>(b)) + c; },
                   std::vector<std::tuple<int, double, std::string>>{{1, 2.0, "x"}}),
      std::vector<std::string>{"3x"});
}

TEST(PoolStarmap, TakesAView) {
  Pool pool(2);
  const auto pairs = std::views::iota(0, 5) | std::views::transform([](int i) { return std::tuple{i, 2}; });
  EXPECT_EQ(pool.starmap(power, pairs), (std::vector{0, 1, 4, 9, 16}));
}

TEST(PoolStarmap, OfNothingIsNothing) {
  Pool pool(2);
  EXPECT_TRUE(pool.starmap(power, std::vector<std::tuple<int, int>>{}).empty());
}

TEST(PoolStarmap, OfAFunctionThatReturnsNothing) {
  Pool pool(2);
  pool.starmap([](int a, int b) { count_run(a * 10 + b); }, {std::tuple{1, 2}, std::tuple{3, 4}});
  EXPECT_EQ(runs_of(12), 1);
  EXPECT_EQ(runs_of(34), 1);
}

TEST(PoolStarmap, ThrowsTheErrorOfTheFirstItemThatFailed) {
  Pool pool(2);
  const auto divide = [](int a, int b) {
    return b == 0 ? throw std::domain_error("no " + std::to_string(a) + "/0") : a / b;
  };
  COHORT_EXPECT_THROW(std::domain_error, pool.starmap(divide, {std::tuple{1, 1}, std::tuple{2, 0}, std::tuple{3, 0}}),
                      "no 2/0");
}

TEST(PoolStarmap, TakesOptions) {
  Pool pool(2);
  const auto pairs = std::views::iota(0, 100) | std::views::transform([](int i) { return std::pair{i, 1}; });
  const std::vector<int> all = pool.with({.retries = 1, .chunksize = 9}).starmap(power, pairs);
  ASSERT_EQ(all.size(), 100u);
  EXPECT_EQ(all[99], 99);
}

}  // namespace
}  // namespace cohort::test
