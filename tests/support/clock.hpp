// tests/support/clock.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>

namespace cohort::test {

using Milliseconds = std::chrono::milliseconds;

// By how much everything takes longer here: COHORT_TEST_SLOW (default 1) times what the sanitizer costs.
// COHORT_TEST_SLOW=0 switches the watchdog off, for the debugger.
double slowness();
Milliseconds scaled(Milliseconds);

// Calls `done` until it is true, at short intervals; false when it has not become true within `limit`.
[[nodiscard]] bool wait_until(const std::function<bool()>& done, Milliseconds limit = Milliseconds(20'000));

class Stopwatch {
 public:
  Milliseconds elapsed() const { return std::chrono::duration_cast<Milliseconds>(Clock::now() - start_); }
  double milliseconds() const { return std::chrono::duration<double, std::milli>(Clock::now() - start_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

}  // namespace cohort::test
