// src/arena/large.cpp                      SPDX-License-Identifier: MIT
#include <algorithm>

#include "arena/blocks.hpp"
#include "arena/identity.hpp"
#include "arena/step.hpp"

namespace cohort::arena {
namespace {

std::uint64_t whole_pages(std::uint64_t bytes) noexcept {
  const std::uint64_t page = os::page_size();
  return (bytes + page - 1) / page * page;
}

}  // namespace

std::uint64_t committed_bytes(const Place& place) noexcept {
  const std::uint64_t word = place.committed().load(std::memory_order_acquire);
  return word % os::page_size() == 0 ? std::min(word, place.size()) : 0;
}

// In doubt before, sure after: a kill in between makes the next holder commit once more, and
// the next emptier empty once more.
Failure commit_block(const Place& place, std::uint64_t bytes) noexcept {
  const std::uint64_t wanted = whole_pages(bytes), before = committed_bytes(place);
  if (before >= wanted) return Failure::none;
  publish(place.committed(), wanted | kInDoubt);
  Failure failure = commit(place.offset() + before, wanted - before);
  if (failure == Failure::limit && trim() > 0) failure = commit(place.offset() + before, wanted - before);
  if (failure == Failure::none) publish(place.committed(), wanted);
  return failure;
}

void empty_block(const Place& place) noexcept {
  if (place.committed().load(std::memory_order_acquire) == 0) return;
  publish(place.committed(), kInDoubt);
  step();
  os::give_back(at<std::byte>(place.offset()), place.size());
  publish(place.committed(), 0);
}

// Taken like any other block, so that nobody else takes it meanwhile.
std::uint64_t trim() noexcept {
  const Holder me = identity::holder();
  Segment& s = segment();
  const std::uint64_t before = used();
  if (!me) return 0;
  for (unsigned c = kFirstLarge; c < s.classes; ++c) {
    const std::uint64_t count = s.blocks[c].refresh();
    for (std::uint64_t i = 0; i < count; ++i) {
      const Place place{c, i};
      if (place.committed().load(std::memory_order_relaxed) == 0) continue;
      if (place.holder().load(std::memory_order_relaxed) != 0 || !swap(place.holder(), 0, me.word)) continue;
      empty_block(place);
      swap(place.holder(), me.word, 0);
    }
  }
  const std::uint64_t after = used();
  return before - std::min(before, after);
}

bool free_block(const Place& place, Holder expected) noexcept {
  const Holder me = identity::holder();
  if (!place.is_large() || !me) return swap(place.holder(), expected.word, 0);
  if (expected != me && !swap(place.holder(), expected.word, me.word)) return false;
  empty_block(place);
  return swap(place.holder(), me.word, 0);
}

}  // namespace cohort::arena
