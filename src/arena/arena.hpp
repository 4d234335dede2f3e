// src/arena/arena.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "arena/holder.hpp"

namespace cohort::arena {

// The one segment of shared memory of a process tree: a memfd, mapped once and large,
// grown without remapping. Blocks lie at offsets; each has a holder (docs/arena.md).
//
// Concurrency: everything, from any thread of any process, at the same time.
// After fork:  the child sees the same arena at the same place.
// Death:       what a process held is freed by process_died(); see records.hpp.

// Makes or finds this process's arena. Cheap when open. Throws Error, std::invalid_argument
// for a bad COHORT_MEMORY, std::system_error.
void open();
bool is_open() noexcept;
int fd() noexcept;

namespace detail {
// The place of the arena; null until open. Never changes afterwards.
extern std::byte* base;
}  // namespace detail

inline std::byte* base() noexcept { return detail::base; }

// No check: for offsets that block_at() or allocate() vouched for.
template <class T>
T* at(std::uint64_t offset) noexcept {
  return reinterpret_cast<T*>(detail::base + offset);
}

inline std::uint64_t offset_of(const void* address) noexcept {
  return static_cast<std::uint64_t>(static_cast<const std::byte*>(address) - detail::base);
}

struct Block {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;  // bytes that may be used; at least what was asked for

  explicit operator bool() const noexcept { return offset != 0; }
};

// A block of at least `bytes`, aligned to 64, held by this process; what is in it is left
// over from before. Opens the arena. Throws Error when the limit is reached.
Block allocate(std::size_t bytes);

// Holder `from` becomes `to`; false if `from` was not the holder. First hand over, then
// publish the offset where others see it.
bool hand_over(std::uint64_t offset, Holder from, Holder to) noexcept;

// The block is free again; false if `expected` was not the holder.
bool release(std::uint64_t offset, Holder expected) noexcept;

// The same for a block that may hold others, or references (their holder is inside(offset)): these go with it.
bool release_with_contents(std::uint64_t offset, Holder expected) noexcept;

// The block that starts exactly there, held by whomever; nothing if none can start there
// or nobody holds it. Believes no shared word but the holder and, for blocks of 64 KiB and
// more, the committed size, which is checked.
std::optional<Block> block_at(std::uint64_t offset) noexcept;
Holder holder_of(std::uint64_t offset) noexcept;

// Frees every block whose holder `mine` accepts; how many. For containers that clean up
// after a process that scribbled.
std::size_t release_all_if(const std::function<bool(Holder)>& mine);

// The same for references (which otherwise go with a block): every share whose holder `mine` accepts.
std::size_t drop_references_if(const std::function<bool(Holder)>& mine);

// Bytes of memory in use by the arena, and how many it may use.
std::uint64_t used() noexcept;
std::uint64_t limit() noexcept;

}  // namespace cohort::arena
