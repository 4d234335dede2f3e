// tests/contract/pool_large_test.cpp                      SPDX-License-Identifier: MIT
#include "contract/contract.hpp"

#include <csignal>
#include <cstdint>
#include <map>
#include <numeric>
#include <ranges>
#include <string>
#include <vector>

namespace cohort::test {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

std::vector<std::uint32_t> numbers(std::size_t bytes) {
  std::vector<std::uint32_t> all(bytes / 4);
  std::iota(all.begin(), all.end(), 1U);
  return all;
}
std::uint64_t sum(const std::vector<std::uint32_t>& all) {
  return std::accumulate(all.begin(), all.end(), std::uint64_t{0});
}
std::vector<std::uint32_t> reversed(std::vector<std::uint32_t> all) { return {all.rbegin(), all.rend()}; }
std::string text_of(std::size_t n) { return std::string(n, 'q'); }

TEST(PoolLarge, ArgumentsOfEverySize) {
  Pool pool(2);
  for (std::size_t n = 0; n < 300; ++n)
    EXPECT_EQ(pool.apply([](const std::string& s) { return s.size(); }, std::string(n, 'x')), n);
  for (std::size_t n = 1; n <= kMiB; n *= 2)
    for (const std::size_t size : {n - 1, n, n + 1})
      EXPECT_EQ(pool.apply([](const std::string& s) { return s.size(); }, std::string(size, 'x')), size);
}

TEST(PoolLarge, ResultsOfEverySize) {
  Pool pool(2);
  for (std::size_t n = 0; n < 300; ++n) EXPECT_EQ(pool.apply(text_of, n), text_of(n));
  for (std::size_t n = 1; n <= kMiB; n *= 2)
    for (const std::size_t size : {n - 1, n, n + 1}) ASSERT_EQ(pool.apply(text_of, size), text_of(size));
}

TEST(PoolLarge, OneMiBThereAndBack) {
  Pool pool(2);
  const auto mine = numbers(kMiB);
  EXPECT_EQ(pool.apply(sum, mine), sum(mine));
  EXPECT_EQ(pool.apply(reversed, mine), reversed(mine));
}

TEST(PoolLarge, SixtyFourMiBThereAndBack) {
  Pool pool(1);
  const auto mine = numbers(64 * kMiB);
  EXPECT_EQ(pool.apply(sum, mine), sum(mine));
  EXPECT_TRUE(pool.apply(reversed, mine) == reversed(mine));
}

TEST(PoolLarge, ManyAtATime) {
  Pool pool(2);
  const auto mine = numbers(kMiB);
  std::vector<AsyncResult<std::vector<std::uint32_t>>> results;
  for (int i = 0; i < 32; ++i) results.push_back(pool.apply_async(reversed, mine));
  for (const auto& r : results) ASSERT_TRUE(r.get() == reversed(mine));
}

TEST(PoolLarge, MapOfLargeItems) {
  Pool pool(2);
  const std::vector<std::size_t> sizes{0, 1, 100, 5000, 100'000, kMiB, 3, 2 * kMiB};
  const std::vector<std::string> all = pool.map(text_of, sizes);
  for (std::size_t i = 0; i < sizes.size(); ++i) EXPECT_EQ(all[i].size(), sizes[i]);
  EXPECT_EQ(pool.map(&std::string::size, all), sizes);
}

TEST(PoolLarge, ManySmallPieces) {
  Pool pool(1);
  std::map<int, std::vector<std::string>> deep;
  for (int i = 0; i < 2000; ++i)
    deep[i] = std::vector<std::string>(static_cast<std::size_t>(i % 10), std::to_string(i));
  EXPECT_EQ(pool.apply([](decltype(deep) d) { return d; }, deep), deep);
}

TEST(PoolLarge, MemoryIsGivenBackByWhoDies) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  const auto mine = numbers(4 * kMiB);
  for (int i = 0; i < 20; ++i)
    EXPECT_FALSE(pool.apply_async([](std::vector<std::uint32_t> all) { return raise(SIGKILL), all; }, mine).outcome());
  EXPECT_EQ(pool.apply(sum, mine), sum(mine));
}

TEST(PoolLarge, ErrorsOfLargeTasksLeaveNothing) {
  Pool pool(1);
  const auto mine = numbers(kMiB);
  for (int i = 0; i < 20; ++i)
    COHORT_EXPECT_THROW(
        std::runtime_error,
        pool.apply([](const std::vector<std::uint32_t>&) -> int { throw std::runtime_error(std::string(50'000, 'e')); },
                   mine),
        "eee");
}

TEST(PoolLarge, KeptResultsKeepTheirValues) {
  Pool pool(2);
  std::vector<AsyncResult<std::string>> kept;
  for (std::size_t i = 0; i < 500; ++i) kept.push_back(pool.apply_async(text_of, i * 37));
  for (int i = 0; i < 5000; ++i) (void)pool.apply_async(text_of, std::size_t{2000});
  for (std::size_t i = 0; i < 500; ++i) ASSERT_EQ(kept[i].get(), text_of(i * 37));
}

}  // namespace
}  // namespace cohort::test
