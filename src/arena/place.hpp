// src/arena/place.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "arena/holder.hpp"
#include "arena/segment.hpp"

namespace cohort::arena {

// A block by class and index.
struct Place {
  unsigned cls = 0;
  std::uint64_t index = 0;

  bool is_large() const noexcept { return cls >= kFirstLarge; }
  std::uint64_t size() const noexcept { return class_size(cls); }
  std::uint64_t offset() const noexcept {
    return (std::uint64_t{cls + 1} << segment().zone_shift) + (index << (cls + kLeastShift));
  }
  std::atomic<std::uint64_t>& holder() const noexcept {
    return *at<std::atomic<std::uint64_t>>(segment().tables[cls] + index * table_stride(cls));
  }
  // Large blocks only.
  std::atomic<std::uint64_t>& committed() const noexcept { return (&holder())[1]; }
};

// The block that starts at an offset from anywhere; nothing unless there is one.
inline std::optional<Place> place_of(std::uint64_t offset) noexcept {
  Segment& s = segment();
  const std::uint64_t zone = offset >> s.zone_shift;
  if (zone - 1 >= s.classes) return {};
  const auto cls = static_cast<unsigned>(zone - 1);
  const std::uint64_t inside = offset & (s.zone() - 1);
  const std::uint64_t index = inside >> (cls + kLeastShift);
  if ((inside & (class_size(cls) - 1)) != 0 || !s.blocks[cls].contains(index)) return {};
  return Place{cls, index};
}

// Calls visit(place, holder) for each block that somebody holds.
template <class Visit>
void for_each_held_block(Visit visit) {
  Segment& s = segment();
  for (unsigned c = 0; c < s.classes; ++c) {
    const std::uint64_t count = s.blocks[c].refresh();
    const auto* word = at<std::atomic<std::uint64_t>>(s.tables[c]);
    for (std::uint64_t i = 0; i < count; ++i, word += table_stride(c) / 8)
      if (const Holder holder{word->load(std::memory_order_acquire)}) visit(Place{c, i}, holder);
  }
}

}  // namespace cohort::arena
