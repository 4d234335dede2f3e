// src/arena/failure.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace cohort::arena {

// Why there is no more. Carried by value where nothing may throw or allocate, thrown at the rim.
enum class Failure : std::uint8_t {
  none,
  limit,      // our own
  memory,     // the system's
  full,       // of an address space or a table
  damaged,    // a process wrote where it should not
  closed,     // the program closed our descriptor
  orphan,     // this process was forked past our handlers
};

// Throws Error with what happened and the way out; `bytes` were wanted.
[[noreturn]] void fail(Failure failure, std::uint64_t bytes);

inline void check(Failure failure, std::uint64_t bytes) {
  if (failure != Failure::none) fail(failure, bytes);
}

}  // namespace cohort::arena
