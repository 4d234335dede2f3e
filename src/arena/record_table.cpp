// src/arena/record_table.cpp                      SPDX-License-Identifier: MIT
#include "arena/record_table.hpp"

#include <algorithm>

namespace cohort::arena {

Failure grow_records(Extent& records) noexcept {
  const std::uint64_t from = records.refresh();
  return records.grow(from, std::min(from + kPage / sizeof(ProcessRecord), records.most()));
}

}  // namespace cohort::arena
