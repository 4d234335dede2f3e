// src/arena/segment.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "arena/arena.hpp"
#include "arena/extent.hpp"
#include "arena/failure.hpp"
#include "arena/layout.hpp"
#include "os/memory.hpp"

namespace cohort::arena {

// What this process knows about the segment; nothing here is read from shared memory again
// once it was checked.
struct Segment {
  int fd = -1;
  unsigned zone_shift = 0;  // a zone is 1 << zone_shift bytes
  unsigned classes = 0;     // fewer than kClasses in a small reservation
  std::uint64_t limit = 0;
  os::FileFacts file;

  Extent processes;
  Extent threads;
  std::array<Extent, kStripes> references;
  std::array<Extent, kClasses> blocks;
  std::array<std::uint64_t, kClasses> tables{};  // offset of each class's holder words

  std::uint64_t zone() const noexcept { return std::uint64_t{1} << zone_shift; }
  std::uint64_t reservation() const noexcept { return zone() * kZones; }
};

namespace detail {
extern Segment segment;  // constant once open
}

inline Segment& segment() noexcept { return detail::segment; }
inline Header& header() noexcept { return *at<Header>(0); }

// Maps the segment: a new one, or (descriptor given) another process's. Both throw, and
// leave nothing behind then. Not thread-safe.
void create_segment();
void attach_segment(int fd);

// Takes memory for part of the segment, within the limit. Idempotent.
Failure commit(std::uint64_t offset, std::uint64_t bytes) noexcept;

// All of it was committed and written to. True also where the system does not know.
bool is_committed(std::uint64_t offset, std::uint64_t bytes) noexcept;

// The header says what it said at the start, and the descriptor still is our file.
bool is_sound() noexcept;

}  // namespace cohort::arena
