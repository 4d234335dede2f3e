// src/process/state.cpp                            SPDX-License-Identifier: MIT
#include "process/state.hpp"

#include <utility>

#include <cohort/errors.hpp>

namespace cohort::process {

State::State(pid_t pid, std::string name, bool daemon, Reaper reaper)
    : pid_(pid), name_(std::move(name)), daemon_(daemon), reaper_(reaper), pidfd_(os::pidfd_open(pid)) {}

bool State::is_alive() { return !join(os::SteadyTime::min()); }

bool State::join(os::SteadyTime until) {
  {
    const std::lock_guard guard(mutex_);
    if (exitcode_) return true;
  }
  // No descriptor: the process had been reaped before we could look, or we have no descriptors left.
  if (!pidfd_) return reaper_ == Reaper::self && reap(until != os::SteadyTime::max());
  if (!os::wait_ended(pidfd_, until)) return false;
  return reaper_ == Reaper::other || reap(false);
}

// With the pidfd readable this does not wait; the mutex keeps two threads from reaping one child.
bool State::reap(bool no_hang) {
  {
    const std::lock_guard guard(mutex_);
    if (exitcode_) return true;
    const os::Reaped child = os::reap(pid_, no_hang);
    if (child.pid == 0 && !child.taken) return false;
    exitcode_ = child.exitcode.value_or(WorkerLost::kUnknown);
  }
  arena::process_died(record);
  return true;
}

std::optional<int> State::exitcode() {
  if (reaper_ == Reaper::self && is_alive()) return {};
  const std::lock_guard guard(mutex_);
  return exitcode_;
}

void State::signal(int number) noexcept {
  if (pidfd_) os::pidfd_signal(pidfd_, number);
}

void State::set_ended(std::optional<int> exitcode) noexcept {
  const std::lock_guard guard(mutex_);
  if (!exitcode_) exitcode_ = exitcode.value_or(WorkerLost::kUnknown);
}

}  // namespace cohort::process
