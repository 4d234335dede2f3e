// include/cohort/timeout.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <ratio>
#include <type_traits>

namespace cohort {

namespace detail {
template <class>
inline constexpr bool never = false;
}  // namespace detail

// How long to wait: the one type of every wait. Converts from any duration, never from a number.
//
//     queue.get(200ms);        lock.acquire(std::chrono::minutes(2));        result.wait(Timeout::forever());
//
// Kept in nanoseconds and rounded up, so that a wait is never shorter than asked for. A negative time (and a NaN) is
// zero: look once, do not wait. What is longer than nanoseconds can count (292 years) is for ever.
class Timeout {
 public:
  template <class Rep, class Period>
  constexpr Timeout(std::chrono::duration<Rep, Period> duration)
      : value_(nanoseconds_of<Rep, Period>(duration.count())) {}

  template <class Number>
    requires std::is_arithmetic_v<Number>
  constexpr Timeout(Number) {
    static_assert(
        detail::never<Number>,
        "cohort: a time needs its unit: write 2s (using namespace std::chrono_literals) or std::chrono::seconds(2)");
  }

  static constexpr Timeout forever() {
    Timeout timeout;
    timeout.value_ = std::chrono::nanoseconds::max();
    return timeout;
  }

  [[nodiscard]] constexpr bool is_forever() const { return value_ == std::chrono::nanoseconds::max(); }
  [[nodiscard]] constexpr std::chrono::nanoseconds value() const { return value_; }

  friend constexpr bool operator==(Timeout, Timeout) = default;
  friend constexpr auto operator<=>(Timeout a, Timeout b) { return a.value_ <=> b.value_; }

 private:
  constexpr Timeout() = default;

  using Count = std::int64_t;
  static constexpr Count kMax = std::numeric_limits<Count>::max();

  template <class Rep, class Period>
  static constexpr std::chrono::nanoseconds nanoseconds_of(const Rep& count) {
    using Scale = std::ratio_divide<Period, std::nano>;
    if (!(count > Rep(0))) return std::chrono::nanoseconds::zero();
    if constexpr (std::is_integral_v<Rep> && Scale::den == 1)
      return std::chrono::nanoseconds(multiplied(static_cast<std::uint64_t>(count), Scale::num));
    else if constexpr (std::is_integral_v<Rep> && Scale::num == 1)
      return std::chrono::nanoseconds(divided(static_cast<std::uint64_t>(count), Scale::den));
    else
      return std::chrono::nanoseconds(rounded(static_cast<long double>(count) * Scale::num / Scale::den));
  }
  static constexpr Count multiplied(std::uint64_t count, std::intmax_t by) {
    return count > static_cast<std::uint64_t>(kMax / by) ? kMax : static_cast<Count>(count) * by;
  }
  static constexpr Count divided(std::uint64_t count, std::intmax_t by) {
    const auto divisor = static_cast<std::uint64_t>(by);
    const std::uint64_t up = count / divisor + (count % divisor != 0 ? 1 : 0);
    return up > static_cast<std::uint64_t>(kMax) ? kMax : static_cast<Count>(up);
  }
  static constexpr Count rounded(long double count) {
    if (!(count < static_cast<long double>(kMax))) return kMax;
    const auto down = static_cast<Count>(count);
    return static_cast<long double>(down) < count ? down + 1 : down;
  }

  std::chrono::nanoseconds value_{};
};

}  // namespace cohort
