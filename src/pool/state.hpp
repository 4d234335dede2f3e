// src/pool/state.hpp                               SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace cohort::pool {

// The state word of a slot. Its low half is what waiters sleep on.
//
//     63           32 31      20 19      8 7   4 3    0
//    +---------------+----------+---------+-----+------+
//    |   sequence    | attempt  |  lane   |flags| kind |
//    +---------------+----------+---------+-----+------+
//
//   kind      who writes it                       what a reader may believe
//   none      the parent, slot not in use         nothing
//   queued    the parent                          token, meta and payload are complete; nobody runs it
//   running   the worker of `lane`, by swap       that worker and no other touches the slot
//   done      that worker, by swap from running   the result is complete
//   overdue   the parent, by swap from running    the worker is to be killed; it will not touch the result
//   lost      the parent                          there is no result; the parent knows the error
//
//   sequence  the parent, when the slot is taken: an old word never fits a new task
//   attempt   the parent, each time it is queued again
//   waiter    a thread of the parent, by swap: somebody sleeps on the word, wake all when it is final
//   notify    a thread of the parent, by swap: push the slot on the completion stack when it is done
enum class Kind : std::uint64_t { none = 0, queued = 1, running = 2, done = 3, overdue = 4, lost = 5 };

inline constexpr std::uint64_t kWaiter = 1U << 4;
inline constexpr std::uint64_t kNotify = 1U << 5;

inline constexpr std::uint64_t kKindMask = 0xf;
inline constexpr std::uint64_t kLaneMask = std::uint64_t{0xfff} << 8;
inline constexpr std::uint64_t kAttemptStep = std::uint64_t{1} << 20;
inline constexpr std::uint64_t kAttemptMask = std::uint64_t{0xfff} << 20;
inline constexpr std::uint32_t kMaxLanes = 4096;

constexpr Kind kind_of(std::uint64_t state) noexcept { return static_cast<Kind>(state & kKindMask); }
constexpr std::uint32_t lane_of(std::uint64_t state) noexcept { return static_cast<std::uint32_t>((state & kLaneMask) >> 8); }
constexpr std::uint32_t sequence_of(std::uint64_t state) noexcept { return static_cast<std::uint32_t>(state >> 32); }

constexpr std::uint64_t fresh(std::uint32_t sequence) noexcept {
  return std::uint64_t{sequence} << 32 | static_cast<std::uint64_t>(Kind::queued);
}
constexpr std::uint64_t with_kind(std::uint64_t state, Kind kind) noexcept {
  return (state & ~kKindMask) | static_cast<std::uint64_t>(kind);
}
constexpr std::uint64_t claimed(std::uint64_t state, std::uint32_t lane) noexcept {
  return (with_kind(state, Kind::running) & ~kLaneMask) | std::uint64_t{lane} << 8;
}
constexpr std::uint64_t queued_again(std::uint64_t state) noexcept {
  const std::uint64_t attempt = (state + kAttemptStep) & kAttemptMask;
  return (with_kind(state, Kind::queued) & ~kAttemptMask) | attempt;
}
constexpr bool is_final(std::uint64_t state) noexcept {
  return kind_of(state) == Kind::done || kind_of(state) == Kind::lost;
}

}  // namespace cohort::pool
