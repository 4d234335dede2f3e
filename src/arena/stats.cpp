// src/arena/stats.cpp                      SPDX-License-Identifier: MIT
#include "arena/stats.hpp"

#include "arena/arena.hpp"
#include "arena/place.hpp"
#include "arena/record_table.hpp"
#include "arena/references.hpp"
#include "arena/threads.hpp"

namespace cohort::arena {

Stats stats() {
  Stats stats;
  if (!is_open()) return stats;
  stats.bytes_committed = used();
  for_each_held_block([&](const Place&, Holder) { ++stats.blocks_held; });
  for_each_entry([&](Ticket, Entry&, Holder) { ++stats.references; });
  const std::uint64_t count = segment().processes.refresh();
  for (std::uint64_t i = 0; i < count; ++i) stats.processes += state_of(process_record(i).state).kind != Kind::free;
  stats.threads = living_threads();
  return stats;
}

}  // namespace cohort::arena
