// src/arena/record_table.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdint>

#include "arena/records.hpp"
#include "arena/segment.hpp"

namespace cohort::arena {

// The state word of a record; every change is one swap of it.
//
//     63    60 59          32 31           0
//    +--------+--------------+--------------+
//    |  kind  |  generation  |    owner     |   owner: the pid of a living process, else the
//    +--------+--------------+--------------+   index of the process whose sweep frees it
enum class Kind : std::uint8_t {
  free = 0,
  born = 1,      // process: claimed for a child by its parent; the child may exist or not
  expected = 2,  // process: the same, and the parent knows that the child exists
  live = 3,
  dead = 4,      // process: being swept, by any number of processes
  claimed = 5,   // thread: the life word is not yet locked
};

struct State {
  Kind kind = Kind::free;
  std::uint32_t generation = 0;
  std::uint32_t owner = 0;

  constexpr std::uint64_t word() const noexcept {
    return static_cast<std::uint64_t>(kind) << 60 | std::uint64_t{generation} << 32 | owner;
  }
  static constexpr State from(std::uint64_t word) noexcept {
    return {static_cast<Kind>(word >> 60), static_cast<std::uint32_t>(word >> 32) & 0x0fffffff,
            static_cast<std::uint32_t>(word)};
  }
};

inline constexpr std::uint32_t kLastGeneration = 0x0fffffff;  // a record that reached it is not used again
inline constexpr std::uint32_t kNobody = 0xffffffff;

struct alignas(128) ProcessRecord {
  std::atomic<std::uint64_t> state;
  std::atomic<std::uint64_t> parent;   // holder word; written by the claimer before anybody can be LIVE
  std::atomic<std::uint64_t> born_at;  // steady nanoseconds, or kExpected
};
static_assert(sizeof(ProcessRecord) == 128);

struct alignas(128) ThreadRecord {
  pthread_mutex_t life;  // robust, locked once by its thread, never unlocked: the kernel marks it
  std::atomic<std::uint64_t> state;
  std::atomic<std::uint64_t> waiting_on;  // offset of a futex word, 0: awake
};
static_assert(sizeof(ThreadRecord) == 128);

inline ProcessRecord& process_record(std::uint64_t index) noexcept {
  return at<ProcessRecord>(segment().zone() / 16)[index];
}
inline ThreadRecord& thread_record(std::uint64_t index) noexcept {
  return at<ThreadRecord>(segment().zone() / 8)[index];
}

inline State state_of(const std::atomic<std::uint64_t>& word) noexcept {
  return State::from(word.load(std::memory_order_acquire));
}

// One page more of records.
Failure grow_records(Extent& records) noexcept;

}  // namespace cohort::arena
