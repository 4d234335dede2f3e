// src/arena/layout.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace cohort::arena {

// What lies where in the segment. It is cut into 32 regions of equal size, its zones:
//
//     zone 0       0      header page
//                  1/16   process records
//                  1/8    thread records
//                  1/4    reference entries
//                  1/2    block tables, one per class: a holder word for each block
//     zone 1+i     blocks of 64 << i bytes
//
// Where a block's holder word is, and which block a holder word is for, is arithmetic.

inline constexpr std::uint64_t kMagic = 0x31'74726f686f63'a7ULL;
inline constexpr std::uint32_t kLayoutVersion = 1;

inline constexpr unsigned kZones = 32;
inline constexpr unsigned kClasses = 30;
inline constexpr unsigned kFirstLarge = 10;  // 64 KiB: committed block by block, to the bytes asked for
inline constexpr unsigned kLeastShift = 6;
inline constexpr std::uint64_t kPage = 4096;  // the least step of growth

inline constexpr std::uint32_t kMostProcesses = 1 << 16;
inline constexpr std::uint32_t kMostThreads = 1 << 17;
inline constexpr unsigned kStripes = 64;      // of the reference entries, by object
inline constexpr unsigned kStripeStart = 4;   // entries of a stripe in its first piece; each further piece doubles it

constexpr std::uint64_t class_size(unsigned c) noexcept { return std::uint64_t{1} << (c + kLeastShift); }

constexpr unsigned class_of(std::uint64_t bytes) noexcept {
  return bytes <= class_size(0) ? 0 : static_cast<unsigned>(std::bit_width(bytes - 1)) - kLeastShift;
}

// A large block has a second word beside its holder word: how much of it is committed.
constexpr std::uint64_t table_stride(unsigned c) noexcept { return c < kFirstLarge ? 8 : 16; }

// The only page everybody reads. The upper half is written once, before anybody else knows of the file.
struct Header {
  std::uint64_t magic;
  std::uint64_t version;
  std::uint64_t build;        // hash of the build id of the module this library is in
  std::uint64_t reservation;  // bytes of address space; the size of the file
  std::uint64_t limit;        // bytes of memory it may take
  std::uint64_t canary;       // ~magic

  alignas(64) std::atomic<std::uint64_t> clock;  // the last version given to an object

  // How many there are of each; they only grow.
  alignas(64) std::atomic<std::uint64_t> processes;
  std::atomic<std::uint64_t> threads;
  alignas(64) std::array<std::atomic<std::uint64_t>, kStripes> references;
  alignas(64) std::array<std::atomic<std::uint64_t>, kClasses> blocks;
};
static_assert(sizeof(Header) <= kPage);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

}  // namespace cohort::arena
