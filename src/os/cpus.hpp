// src/os/cpus.hpp                                  SPDX-License-Identifier: MIT
#pragma once

namespace cohort::os {

// Processors of the machine, at least 1.
int machine_cpus() noexcept;

// Processors this process may use: its affinity mask and its cgroup's quota (rounded up), at least 1.
int usable_cpus() noexcept;

}  // namespace cohort::os
