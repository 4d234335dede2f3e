// bench/clock.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <utility>

namespace bench {

using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

template <class F>
double seconds(F&& work) {
  const auto start = Clock::now();
  std::forward<F>(work)();
  return seconds_since(start);
}

}  // namespace bench
