// tests/unit/core/timeout_test.cpp                      SPDX-License-Identifier: MIT
#include <cohort/detail/core/deadline.hpp>
#include <cohort/timeout.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <thread>
#include <type_traits>

namespace cohort::test {
namespace {

using namespace std::chrono_literals;
using detail::Deadline;

template <class Rep, class Period = std::ratio<1>>
using Duration = std::chrono::duration<Rep, Period>;

TEST(Timeout, TakesAnyDuration) {
  EXPECT_EQ(Timeout(2s).value(), 2s);
  EXPECT_EQ(Timeout(3min).value(), 3min);
  EXPECT_EQ(Timeout(7ns).value(), 7ns);
  EXPECT_EQ(Timeout(1.5s).value(), 1500ms);
  EXPECT_EQ(Timeout(Duration<std::uint8_t, std::milli>(250)).value(), 250ms);
  EXPECT_EQ(Timeout(Duration<int, std::ratio<1, 30>>(3)).value(), 100ms);
}

TEST(Timeout, RoundsUp) {
  EXPECT_EQ((Timeout(Duration<int, std::pico>(1)).value()), 1ns);
  EXPECT_EQ((Timeout(Duration<int, std::pico>(1001)).value()), 2ns);
  EXPECT_EQ((Timeout(Duration<double>(1e-12)).value()), 1ns);
  EXPECT_EQ((Timeout(Duration<int, std::ratio<1, 3>>(1)).value()), 333'333'334ns);
}

TEST(Timeout, TakesNegativeTimesAndNanAsZero) {
  EXPECT_EQ(Timeout(-1s).value(), 0ns);
  EXPECT_EQ(Timeout(std::chrono::hours::min()).value(), 0ns);
  EXPECT_EQ(Timeout(Duration<double>(-1e300)).value(), 0ns);
  EXPECT_EQ(Timeout(Duration<double>(std::numeric_limits<double>::quiet_NaN())).value(), 0ns);
}

TEST(Timeout, SaturatesAtForever) {
  EXPECT_TRUE(Timeout::forever().is_forever());
  EXPECT_TRUE(Timeout(std::chrono::nanoseconds::max()).is_forever());
  EXPECT_TRUE(Timeout(std::chrono::hours::max()).is_forever());
  EXPECT_TRUE(Timeout(Duration<std::uint64_t, std::nano>(std::numeric_limits<std::uint64_t>::max())).is_forever());
  EXPECT_TRUE((Timeout(Duration<std::int64_t, std::ratio<1001, 30000>>::max()).is_forever()));
  EXPECT_TRUE(Timeout(Duration<float>(std::numeric_limits<float>::infinity())).is_forever());
  EXPECT_FALSE(Timeout(std::chrono::nanoseconds::max() - 1ns).is_forever());
  EXPECT_FALSE((Timeout(Duration<std::int64_t, std::pico>::max()).is_forever()));
}

TEST(Timeout, IsMadeWhenCompiling) {
  static_assert(Timeout(1s) == Timeout(1000ms));
  static_assert(Timeout(1s) < Timeout::forever());
  static_assert(std::is_convertible_v<std::chrono::seconds, Timeout>);
  SUCCEED();
}

TEST(Deadline, PassesWhenItsTimeoutIsOver) {
  const Deadline soon(2ms);
  EXPECT_FALSE(Deadline(1h).expired());
  EXPECT_TRUE(Deadline(0s).expired());
  std::this_thread::sleep_for(2ms);
  EXPECT_TRUE(soon.expired());
  EXPECT_EQ(soon.remaining().value(), 0ns);
}

TEST(Deadline, TellsWhatIsLeft) {
  const Deadline deadline(1h);
  EXPECT_GT(deadline.remaining().value(), 59min);
  EXPECT_LE(deadline.remaining().value(), 1h);
  EXPECT_LT(deadline, Deadline::never());
}

TEST(Deadline, NeverComesForEver) {
  EXPECT_TRUE(Deadline(Timeout::forever()).is_never());
  EXPECT_TRUE(Deadline(std::chrono::nanoseconds::max() - 1ns).is_never());  // later than the clock can count
  EXPECT_FALSE(Deadline::never().expired());
  EXPECT_TRUE(Deadline::never().remaining().is_forever());
}

}  // namespace
}  // namespace cohort::test
