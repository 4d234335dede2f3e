// src/arena/blocks.cpp                      SPDX-License-Identifier: MIT
#include "arena/blocks.hpp"

#include <algorithm>

#include "arena/arena.hpp"
#include "arena/hints.hpp"
#include "arena/identity.hpp"
#include "arena/records.hpp"
#include "arena/step.hpp"
#include "arena/warm.hpp"

namespace cohort::arena {
namespace {

constexpr std::uint64_t kNone = ~std::uint64_t{0};
constexpr std::uint64_t kGlance = 4096;  // holder words looked at before growing
constexpr std::uint64_t kFront = 64;
constexpr std::uint64_t kMostStep = std::uint64_t{1} << 20;

bool take(unsigned cls, std::uint64_t index, std::uint64_t me) noexcept {
  auto& word = Place{cls, index}.holder();
  return word.load(std::memory_order_relaxed) == 0 && swap(word, 0, me);
}

std::uint64_t take_hinted(Hints& hints, unsigned cls, std::uint64_t me) noexcept {
  for (std::uint32_t index = hints.pop(cls); index != Hints::kNone; index = hints.pop(cls))
    if (take(cls, index, me)) return index;
  return kNone;
}

// `glance` blocks from `at` on, around the end; `at` moves along.
std::uint64_t search_from(std::uint64_t& at, std::uint64_t glance, unsigned cls, std::uint64_t me) noexcept {
  const std::uint64_t count = segment().blocks[cls].refresh();
  if (at >= count) at = 0;
  for (std::uint64_t looked = 0; looked < std::min(count, glance); ++looked) {
    const std::uint64_t index = at++;
    if (at == count) at = 0;
    if (take(cls, index, me)) return index;
  }
  return kNone;
}

// Large ones first at the front: what another process freed, and is warm, is likely there.
std::uint64_t search(Hints* hints, unsigned cls, std::uint64_t me, std::uint64_t glance) noexcept {
  std::uint64_t at = 0;
  if (cls >= kFirstLarge)
    if (const std::uint64_t index = search_from(at, kFront, cls, me); index != kNone) return index;
  if (hints) at = hints->cursor(cls);
  const std::uint64_t index = search_from(at, glance, cls, me);
  if (hints) hints->cursor(cls) = static_cast<std::uint32_t>(at);
  return index;
}

// A block of this class, growing it if need be; on failure one last search through all.
std::uint64_t take_any(unsigned cls, std::uint64_t me, Failure& failure) noexcept {
  Hints* const mine = hints();
  if (mine)
    if (const std::uint64_t index = take_hinted(*mine, cls, me); index != kNone) return index;
  for (int tries = 0; tries < 1000; ++tries) {  // each try: others took all that the last one made
    if (const std::uint64_t index = search(mine, cls, me, kGlance); index != kNone) return index;
    const std::uint64_t before = segment().blocks[cls].known();
    failure = grow_blocks(cls);
    if (failure == Failure::limit && trim() > 0) failure = grow_blocks(cls);
    if (failure != Failure::none) return search(mine, cls, me, kNone);
    if (mine) mine->cursor(cls) = static_cast<std::uint32_t>(before);
  }
  failure = Failure::damaged;
  return kNone;
}

// Where there is no room for more of this class, a larger block that happens to be free will do.
Place take_from(unsigned cls, std::uint64_t me, std::uint64_t bytes) {
  Failure failure = Failure::none;
  if (const std::uint64_t index = take_any(cls, me, failure); index != kNone) return {cls, index};
  if (failure == Failure::limit || failure == Failure::full)
    for (unsigned c = cls + 1; c < (cls < kFirstLarge ? kFirstLarge : segment().classes); ++c)
      if (const std::uint64_t index = search(nullptr, c, me, kNone); index != kNone) return {c, index};
  fail(failure, bytes);
}

std::uint64_t this_process() {
  const std::uint64_t word = identity::word();
  return word != 0 ? word : self().holder().word;
}

}  // namespace

Failure grow_blocks(unsigned cls) noexcept {
  Segment& s = segment();
  Extent& extent = s.blocks[cls];
  const std::uint64_t from = extent.refresh(), size = class_size(cls);
  const bool large = cls >= kFirstLarge;
  const std::uint64_t least = large ? kPage / table_stride(cls) : std::max<std::uint64_t>(kPage / size, 1);
  const std::uint64_t more = large ? least : std::clamp(from, least, std::max(kMostStep / size, least));
  const std::uint64_t to = std::min(from + more, extent.most());
  if (from == to) return Failure::full;
  Failure failure = extent.commit(from, to);
  if (failure == Failure::none && !large) failure = commit(Place{cls, from}.offset(), (to - from) * size);
  return failure == Failure::none ? extent.raise(from, to) : failure;
}

Block allocate(std::size_t bytes) {
  const std::uint64_t me = this_process();
  const unsigned cls = class_of(bytes);
  if (cls >= segment().classes) fail(Failure::full, bytes);
  const Place place = take_from(cls, me, bytes);
  if (!place.is_large()) return {place.offset(), place.size()};
  if (const Failure failure = commit_block(place, bytes); failure != Failure::none) {
    free_block(place, {me});
    fail(failure, bytes);
  }
  return {place.offset(), committed_bytes(place)};
}

bool hand_over(std::uint64_t offset, Holder from, Holder to) noexcept {
  const auto place = place_of(offset);
  return place && from && swap(place->holder(), from.word, to.word);
}

bool release(std::uint64_t offset, Holder expected) noexcept {
  const auto place = place_of(offset);
  if (!place || !expected) return false;
  const std::uint64_t bytes = place->is_large() ? committed_bytes(*place) : 0;
  if (bytes > warm::kBudget) return free_block(*place, expected);
  if (!swap(place->holder(), expected.word, 0)) return false;
  if (Hints* const mine = hints()) mine->push(place->cls, place->index);
  if (place->is_large() && bytes > 0) warm::keep(*place, bytes);
  return true;
}

std::optional<Block> block_at(std::uint64_t offset) noexcept {
  const auto place = place_of(offset);
  if (!place || place->holder().load(std::memory_order_acquire) == 0) return {};
  return Block{offset, place->is_large() ? committed_bytes(*place) : place->size()};
}

Holder holder_of(std::uint64_t offset) noexcept {
  const auto place = place_of(offset);
  return {place ? place->holder().load(std::memory_order_acquire) : 0};
}

std::size_t release_all_if(const std::function<bool(Holder)>& mine) {
  std::size_t freed = 0;
  for_each_held_block([&](const Place& place, Holder holder) {
    if (mine(holder) && release(place.offset(), holder)) ++freed;
  });
  return freed;
}

}  // namespace cohort::arena
