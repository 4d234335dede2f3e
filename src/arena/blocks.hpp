// src/arena/blocks.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "arena/failure.hpp"
#include "arena/holder.hpp"
#include "arena/place.hpp"

namespace cohort::arena {

// Makes room for more blocks of a class.
Failure grow_blocks(unsigned cls) noexcept;

// Large blocks. The committed word says how many bytes are there, a multiple of the page;
// kInDoubt set: somebody was about to change that, so it may be more or less.
// Written only by who holds the block.
inline constexpr std::uint64_t kInDoubt = 1;

// What the word says, checked; 0 when in doubt.
std::uint64_t committed_bytes(const Place& place) noexcept;
Failure commit_block(const Place& place, std::uint64_t bytes) noexcept;
void empty_block(const Place& place) noexcept;

// Gives the memory of free large blocks back; how much there was.
std::uint64_t trim() noexcept;

// Frees the block if `expected` holds it; large ones without keeping them warm.
bool free_block(const Place& place, Holder expected) noexcept;

}  // namespace cohort::arena
