// bench/footprint.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <vector>

namespace bench {

// Bytes no other process has mapped too: Private_Clean + Private_Dirty of /proc/<pid>/smaps_rollup.
std::size_t private_bytes(pid_t pid);

// This process's descendants, in no order.
std::vector<pid_t> descendants();

// What this process and all its descendants occupy.
struct Footprint {
  std::size_t shared = 0;    // what memfds open here hold, touched or not
  std::size_t unshared = 0;  // anonymous memory, a page that several share counted once
};
Footprint footprint();

}  // namespace bench
