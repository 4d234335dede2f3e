// src/os/futex.cpp                                 SPDX-License-Identifier: MIT
#include "os/futex.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bit>
#include <climits>

namespace cohort::os {

namespace {

timespec to_timespec(SteadyTime time) noexcept {
  const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
  const auto positive = ns < 0 ? 0 : ns;
  return {.tv_sec = static_cast<time_t>(positive / 1'000'000'000), .tv_nsec = static_cast<long>(positive % 1'000'000'000)};
}

}  // namespace

void futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected, SteadyTime until) noexcept {
  const timespec deadline = to_timespec(until);
  // WAIT_BITSET takes an absolute CLOCK_MONOTONIC time, so an interrupted wait does not start anew.
  ::syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, expected, &deadline, nullptr, FUTEX_BITSET_MATCH_ANY);
}

int futex_wake(const std::atomic<std::uint32_t>& word, int count) noexcept {
  return static_cast<int>(::syscall(SYS_futex, &word, FUTEX_WAKE, count, nullptr, nullptr, 0));
}

std::atomic<std::uint32_t>& low_half(std::atomic<std::uint64_t>& word) noexcept {
  static_assert(sizeof(std::atomic<std::uint64_t>) == 8 && std::atomic<std::uint64_t>::is_always_lock_free);
  constexpr int offset = std::endian::native == std::endian::little ? 0 : 4;
  return *reinterpret_cast<std::atomic<std::uint32_t>*>(reinterpret_cast<char*>(&word) + offset);
}

}  // namespace cohort::os
