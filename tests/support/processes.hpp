// tests/support/processes.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cohort::test {

// One line of the process table, as /proc tells it.
struct ProcessInfo {
  pid_t pid = 0;
  pid_t parent = 0;
  char state = '?';         // R, S, T, Z, …
  std::uint64_t start = 0;  // with the pid: which process, even when numbers are used again
  std::string name;

  friend bool operator==(const ProcessInfo& a, const ProcessInfo& b) { return a.pid == b.pid && a.start == b.start; }
};

std::optional<ProcessInfo> process_info(pid_t);
std::vector<ProcessInfo> all_processes();

// Children, their children and so on, zombies included, `root` itself not.
std::vector<ProcessInfo> descendants(pid_t root);
std::vector<ProcessInfo> children(pid_t parent);

// There is such a process, and it is no zombie.
bool is_running(pid_t);
bool is_running(const ProcessInfo&);

std::string to_string(const ProcessInfo&);

// What the kernel knows about where it waits; for the watchdog's last words.
std::string where_it_waits(pid_t);

}  // namespace cohort::test
