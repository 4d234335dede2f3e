// src/os/cpus.cpp                                  SPDX-License-Identifier: MIT
#include "os/cpus.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>
#include <string>

namespace cohort::os {

namespace {

int affinity() noexcept {
  cpu_set_t set;
  CPU_ZERO(&set);
  // More than 1,024 processors make this fail; then the machine's number is the best answer.
  return ::sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : machine_cpus();
}

// cgroup v2: "max 100000" or "150000 100000" in every group from ours to the root.
std::optional<double> quota_v2(const std::string& group) {
  std::ifstream file("/sys/fs/cgroup" + group + "/cpu.max");
  std::string quota;
  double period = 0;
  if (!(file >> quota >> period) || quota == "max" || period <= 0) return {};
  return std::stod(quota) / period;
}

std::optional<double> quota_v1() {
  double quota = -1;
  double period = 0;
  std::ifstream("/sys/fs/cgroup/cpu/cpu.cfs_quota_us") >> quota;
  std::ifstream("/sys/fs/cgroup/cpu/cpu.cfs_period_us") >> period;
  if (quota <= 0 || period <= 0) return {};
  return quota / period;
}

std::string own_group() {
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("0::")) return line.substr(3);
  return "/";
}

std::optional<double> quota() {
  std::optional<double> least = quota_v1();
  for (std::string group = own_group();; group.erase(group.find_last_of('/'))) {
    const auto here = quota_v2(group == "/" ? "" : group);
    if (here && (!least || *here < *least)) least = here;
    if (group.find('/') == std::string::npos || group == "/") break;
  }
  return least;
}

}  // namespace

int machine_cpus() noexcept { return static_cast<int>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN))); }

int usable_cpus() noexcept {
  const int allowed = std::max(1, affinity());
  try {
    const auto limit = quota();
    return limit ? std::clamp(static_cast<int>(std::ceil(*limit)), 1, allowed) : allowed;
  } catch (...) {
    return allowed;
  }
}

}  // namespace cohort::os
