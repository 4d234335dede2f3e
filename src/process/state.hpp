// src/process/state.hpp                            SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <string>

#include "arena/records.hpp"
#include "os/child.hpp"
#include "os/life_pipe.hpp"

namespace cohort::process {

// What this process knows of another one that it, or one of its pools, started. Private memory: signals go through the
// pidfd, so never to a later process with the same number.
//
// Concurrency: everything, from any thread.
class State {
 public:
  // Who reaps: this process itself, or somebody who will tell (a starter).
  enum class Reaper { self, other };

  State(pid_t pid, std::string name, bool daemon, Reaper reaper);

  pid_t pid() const noexcept { return pid_; }
  const std::string& name() const noexcept { return name_; }
  bool daemon() const noexcept { return daemon_; }
  int pidfd() const noexcept { return pidfd_.get(); }

  bool is_alive();
  // Waits for the end; true if it has come.
  bool join(os::SteadyTime until);
  // Empty while it runs; WorkerLost::kUnknown when somebody else took the status.
  std::optional<int> exitcode();
  void signal(int number) noexcept;

  // Told by whoever reaped it, or learned here.
  void set_ended(std::optional<int> exitcode) noexcept;

  // What the arena and the kernel know it by.
  arena::ProcessRef record{};
  os::LifePipe life;

 private:
  bool reap(bool no_hang);

  const pid_t pid_;
  const std::string name_;
  const bool daemon_;
  const Reaper reaper_;
  os::Fd pidfd_;
  std::mutex mutex_;  // exitcode_
  std::optional<int> exitcode_;
};

}  // namespace cohort::process
