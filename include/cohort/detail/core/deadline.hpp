// include/cohort/detail/core/deadline.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/timeout.hpp>

#include <chrono>

namespace cohort::detail {

// The moment at which a Timeout ends, on the steady clock: taken once on entry, so that waiting in slices adds nothing
// up.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Deadline(Timeout timeout) : at_(after(timeout)) {}
  static constexpr Deadline never() { return Deadline(Clock::time_point::max()); }

  [[nodiscard]] constexpr bool is_never() const { return at_ == Clock::time_point::max(); }
  [[nodiscard]] constexpr Clock::time_point at() const { return at_; }
  [[nodiscard]] bool expired() const { return !is_never() && Clock::now() >= at_; }

  // What is left: zero once it has passed, Timeout::forever() if it never will.
  [[nodiscard]] Timeout remaining() const {
    if (is_never()) return Timeout::forever();
    return at_ - Clock::now();
  }

  friend constexpr auto operator<=>(Deadline, Deadline) = default;

 private:
  explicit constexpr Deadline(Clock::time_point at) : at_(at) {}

  static Clock::time_point after(Timeout timeout) {
    if (timeout.is_forever()) return Clock::time_point::max();
    const auto now = Clock::now();
    return timeout.value() < Clock::time_point::max() - now ? now + timeout.value() : Clock::time_point::max();
  }

  Clock::time_point at_;
};

}  // namespace cohort::detail
