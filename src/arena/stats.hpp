// src/arena/stats.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace cohort::arena {

// What is held now, by a walk over the tables: exact when nothing moves, for leak tests.
struct Stats {
  std::uint64_t blocks_held = 0;
  std::uint64_t bytes_committed = 0;
  std::uint64_t references = 0;
  std::uint64_t processes = 0;
  std::uint64_t threads = 0;

  friend bool operator==(const Stats&, const Stats&) = default;
};

Stats stats();

}  // namespace cohort::arena
