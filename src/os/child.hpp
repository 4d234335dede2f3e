// src/os/child.hpp                                 SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>

#include "os/fd.hpp"
#include "os/futex.hpp"

namespace cohort::os {

// A descriptor that becomes readable when the process has ended; works for processes that are not our children.
Fd pidfd_open(pid_t pid) noexcept;

// Sends a signal to exactly the process the descriptor names, never to a later one with its number.
bool pidfd_signal(const Fd& pidfd, int signal) noexcept;

// Waits until the process of the descriptor has ended, at the latest until `until`; true if it has.
bool wait_ended(const Fd& pidfd, SteadyTime until) noexcept;

// Reaps a child. The exit code as in Python: N, or -signal. Empty when it has not ended (no_hang), or when somebody else
// took the status (SIGCHLD ignored, a foreign wait): `taken` tells the two apart.
struct Reaped {
  pid_t pid = 0;  // 0: nobody
  std::optional<int> exitcode{};
  bool taken = false;
};
Reaped reap(pid_t pid, bool no_hang) noexcept;
Reaped reap_any() noexcept;  // never waits

// For children that must stay quiet on Ctrl-C: an empty handler, which exec resets, where SIG_IGN would be passed on.
void stay_quiet_on_interrupt() noexcept;

// Tells the memory killer to take this process before its parent.
void prefer_for_memory_killer() noexcept;

}  // namespace cohort::os
