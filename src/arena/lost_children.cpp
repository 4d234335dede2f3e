// src/arena/lost_children.cpp                      SPDX-License-Identifier: MIT
#include "arena/lost_children.hpp"

#include <cerrno>

#include "arena/dead.hpp"
#include "arena/identity.hpp"
#include "arena/processes.hpp"
#include "arena/threads.hpp"
#include "os/child.hpp"

namespace cohort::arena {
namespace {

constexpr std::uint64_t kBirthTime = 10'000'000'000;  // nanoseconds
constexpr std::uint64_t kPause = 1'000'000'000;
constexpr int kMostForks = 64;

constinit std::uint64_t next_look = 0;
constinit int forks = 0;

bool is_time() noexcept {
  const std::uint64_t now = steady_now();
  if (++forks < kMostForks && now < next_look) return false;
  forks = 0;
  next_look = now + kPause;
  return true;
}

// All of its threads that we know of ended, and the number names no process (any more, or
// in our namespace): either alone can be an accident.
bool is_gone(ProcessRef process, pid_t pid) noexcept {
  if (pid <= 0 || !all_threads_ended(process)) return false;
  const os::Fd pidfd = os::pidfd_open(pid);
  return pidfd ? os::wait_ended(pidfd, {}) : errno == ESRCH;
}

// Ours that we were not told to expect, and anybody's whose parent is gone as well.
bool is_lost(const ProcessRecord& record, ProcessRef process, State state, ProcessRef me) noexcept {
  const std::uint64_t born_at = record.born_at.load(std::memory_order_acquire);
  if (state.kind == Kind::born) return state.owner == me.index && born_at != kExpected && steady_now() - born_at > kBirthTime;
  if (state.kind != Kind::live || process == me) return false;
  const ProcessRef parent = process_of({record.parent.load(std::memory_order_acquire)});
  const bool nobody_reports = parent == me ? born_at != kExpected : !is_alive(parent);
  return nobody_reports && is_gone(process, static_cast<pid_t>(state.owner));
}

}  // namespace

void sweep_lost_children(bool at_fork) noexcept {
  if (at_fork && !is_time()) return;
  const ProcessRef me = process_of(identity::holder());
  const std::uint64_t count = segment().processes.refresh();
  bool any = false;
  for (std::uint32_t i = 0; i < count; ++i) {
    const ProcessRecord& record = process_record(i);
    const State state = state_of(record.state);
    const ProcessRef process{i, state.generation};
    if (is_lost(record, process, state, me)) any |= condemn(process);
  }
  if (any) sweep_condemned();
}

}  // namespace cohort::arena
