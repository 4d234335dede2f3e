// src/arena/warm.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "arena/place.hpp"

namespace cohort::arena::warm {

// Free large blocks keep their memory for a while, because taking it from the system again
// costs more than filling it: the ones this process freed last, up to this much.
inline constexpr std::uint64_t kBudget = std::uint64_t{64} << 20;

// `place` was just freed with `bytes` committed; what is too much by that is given back.
void keep(const Place& place, std::uint64_t bytes) noexcept;

// Around fork().
void lock() noexcept;
void unlock() noexcept;

}  // namespace cohort::arena::warm
