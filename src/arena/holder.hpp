// src/arena/holder.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace cohort::arena {

// Who answers for a block or for a reference.
//
//     63    60 59          32 31           0
//    +--------+--------------+--------------+
//    | kind 0 |      0       |      0       |   nobody
//    | kind 1 |  generation  |    index     |   process: process_died() frees what it held
//    | kind 2 |     id it chose for itself  |   container: its own sweep answers for it
//    | kind 3 |       offset of a block     |   inside a block: goes when that block goes
//    | kind 4 | owns 1 |    version 59      |   object: goes with the last reference to it
//    | kind 5 |  generation  |    index     |   leaving: that process is freeing it, with all inside
//    +--------+-----------------------------+
struct Holder {
  std::uint64_t word = 0;

  friend constexpr bool operator==(Holder, Holder) noexcept = default;
  explicit constexpr operator bool() const noexcept { return word != 0; }
};

enum class HolderKind : std::uint8_t { nobody = 0, process = 1, container = 2, block = 3, object = 4, leaving = 5 };

inline constexpr std::uint64_t kHolderPayload = (std::uint64_t{1} << 60) - 1;

constexpr HolderKind kind_of(Holder holder) noexcept { return static_cast<HolderKind>(holder.word >> 60); }
constexpr std::uint64_t payload_of(Holder holder) noexcept { return holder.word & kHolderPayload; }

constexpr Holder make_holder(HolderKind kind, std::uint64_t payload) noexcept {
  return {static_cast<std::uint64_t>(kind) << 60 | (payload & kHolderPayload)};
}

// The upper four bits of the id are dropped.
constexpr Holder container(std::uint64_t id60) noexcept { return make_holder(HolderKind::container, id60); }

// For what a message or an object holds.
constexpr Holder inside(std::uint64_t block_offset) noexcept { return make_holder(HolderKind::block, block_offset); }

}  // namespace cohort::arena
