// src/arena/records.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <vector>

#include "arena/holder.hpp"

namespace cohort::arena {

// Who a process is: never a pid, which may come back; a generation does not.
struct ProcessRef {
  std::uint32_t index = 0;
  std::uint32_t generation = 0;  // 28 bits, from 1

  Holder holder() const noexcept {
    return make_holder(HolderKind::process, std::uint64_t{generation} << 32 | index);
  }
  explicit operator bool() const noexcept { return generation != 0; }
  friend bool operator==(ProcessRef, ProcessRef) noexcept = default;
};

struct ThreadRef {
  std::uint32_t index = 0;
  std::uint32_t generation = 0;

  explicit operator bool() const noexcept { return generation != 0; }
  friend bool operator==(ThreadRef, ThreadRef) noexcept = default;
};

// This process. Registers it (and opens the arena) on first use. Throws Error, also in a
// child whose fork could not be prepared.
ProcessRef self();

// In the parent, right after fork() returned a pid: who that child is (or will be, it may
// not have run yet). Empty if the arena was not open or no record was left.
// Valid until this thread forks again.
ProcessRef born() noexcept;

// Instead, when fork() failed: what was prepared for the child is dropped.
void fork_failed() noexcept;

// The process is known to be gone (its pidfd was readable, or it was reaped): what it held
// is dropped, its threads' waiters are woken. May be called again, by several at once.
void process_died(ProcessRef process) noexcept;

// The same for processes that nobody reports: children that the program forked itself, and
// orphans. Done at every 64th fork and once a second of forking anyway; cheap enough for an
// idle thread.
void look_after_children() noexcept;

// Not yet swept: BORN or LIVE. Says nothing about the operating system's view.
bool is_alive(ProcessRef process) noexcept;

// For messages only: shared memory vouches for it. 0 if not (yet) known.
pid_t pid_of(ProcessRef process) noexcept;

// Children, their children and so on whose records are not yet swept. Ask before
// process_died(process) for its children; they keep naming it afterwards, too.
std::vector<ProcessRef> descendants(ProcessRef process);

// This thread; registers on first use. Throws Error when no record is left.
ThreadRef thread_self();

// True once the kernel marked the thread's life word (SIGKILL, thread end, exec), within
// some 50 us at any process size; also for records that were freed or swept.
bool thread_is_dead(ThreadRef thread) noexcept;

// The life word itself, for futex_waitv: bit 30 set = dead. Null for a bad reference.
std::atomic<std::uint32_t>* life_word(ThreadRef thread) noexcept;

// Announces the word (an offset) this thread is about to sleep on, 0 when awake again:
// who sweeps this thread wakes everybody there.
void waiting_on(std::uint64_t word_offset) noexcept;

}  // namespace cohort::arena
