// examples/get_now_or_later.cpp                         SPDX-License-Identifier: MIT
//
// The same five tasks twice. get() inside the loop waits for each before the next is sent;
// collecting first and getting later lets them run side by side.
#include <cohort/pool.hpp>

#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

int square(int n) {
  std::this_thread::sleep_for(100ms);
  return n * n;
}

std::vector<int> get_now(cohort::Pool& pool) {
  std::vector<int> squares;
  for (int n = 0; n < 5; ++n) squares.push_back(pool.apply_async(square, n).get());
  return squares;
}

std::vector<int> get_later(cohort::Pool& pool) {
  std::vector<cohort::AsyncResult<int>> results;
  for (int n = 0; n < 5; ++n) results.push_back(pool.apply_async(square, n));
  std::vector<int> squares;
  for (const auto& result : results) squares.push_back(result.get());
  return squares;
}

int main() {
  cohort::Pool pool(5);
  for (auto way : {&get_now, &get_later}) {
    const auto start = Clock::now();
    const auto squares = way(pool);
    const auto took = std::chrono::duration<double>(Clock::now() - start);
    std::printf("%s:", way == &get_now ? "get now" : "get later");
    for (int y : squares) std::printf(" %d", y);
    std::printf(" (%.1f s)\n", took.count());
  }
}
