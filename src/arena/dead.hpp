// src/arena/dead.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include "arena/place.hpp"
#include "arena/records.hpp"

namespace cohort::arena {

// The first half of freeing a block with what is inside it; false if `from` does not hold it.
bool let_leave(const Place& place, Holder from) noexcept;
// The second half, for all such blocks of this process. Not under the locks below.
void finish_leaving() noexcept;

// Around fork().
void lock_sweeping() noexcept;
void unlock_sweeping() noexcept;

// Locked: frees what all DEAD processes held.
void sweep_condemned() noexcept;

}  // namespace cohort::arena
