// src/arena/record_table.cpp                      SPDX-License-Identifier: MIT
#include "arena/record_table.hpp"

#include <algorithm>

namespace cohort::arena {

Failure grow_records(Extent& extent, std::uint64_t table, std::uint64_t record_size) noexcept {
  const std::uint64_t from = extent.refresh();
  const std::uint64_t to = std::min(from + kPage / record_size, extent.most());
  if (from == to) return Failure::full;
  const Failure failure = commit(table + from * record_size, (to - from) * record_size);
  if (failure != Failure::none) return failure;
  return extent.raise(from, to) ? Failure::none : Failure::damaged;
}

}  // namespace cohort::arena
