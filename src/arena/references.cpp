// src/arena/references.cpp                      SPDX-License-Identifier: MIT
#include "arena/references.hpp"

#include <algorithm>
#include <array>

#include "arena/blocks.hpp"
#include "arena/dead.hpp"
#include "arena/identity.hpp"
#include "arena/step.hpp"

namespace cohort::arena {
namespace {

constexpr std::uint64_t kOwns = std::uint64_t{1} << 59;
constexpr std::uint64_t kVersion = kOwns - 1;

constinit std::array<std::atomic<std::uint32_t>, kStripes> cursors{};

std::uint64_t stripe_of(std::uint64_t object) noexcept {
  return (object >> kLeastShift) * 0x9e3779b97f4a7c15ULL >> 58;
}

Entry& entry_in(std::uint64_t stripe, std::uint64_t position) noexcept {
  return *at<Entry>(segment().references[stripe].offset(position));
}

Failure grow_stripe(std::uint64_t stripe) noexcept {
  Extent& extent = segment().references[stripe];
  const std::uint64_t from = extent.refresh();
  return extent.grow(from, std::min(std::max<std::uint64_t>(from * 2, kStripeStart), extent.most()));
}

// The claimed entry is this process's (or its future child's) before it says anything.
Ticket claim_in(std::uint64_t stripe, Holder holder) noexcept {
  const std::uint64_t count = segment().references[stripe].refresh();
  const std::uint64_t start = cursors[stripe].load(std::memory_order_relaxed);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t position = (start + i) % count;
    Entry& entry = entry_in(stripe, position);
    if (entry.holder.load(std::memory_order_relaxed) != 0 || !swap(entry.holder, 0, holder.word)) continue;
    cursors[stripe].store(static_cast<std::uint32_t>(position + 1), std::memory_order_relaxed);
    return stripe << 32 | position;
  }
  return kNoTicket;
}

Ticket claim(std::uint64_t stripe, Holder holder, Failure& failure) noexcept {
  for (int tries = 0; tries < 100; ++tries) {  // each try: others took all that the last one made
    if (const Ticket ticket = claim_in(stripe, holder); ticket != kNoTicket) return ticket;
    failure = grow_stripe(stripe);
    if (failure != Failure::none) return kNoTicket;
  }
  failure = Failure::damaged;
  return kNoTicket;
}

std::uint64_t next_version() noexcept {
  step();
  return (header().clock.fetch_add(1, std::memory_order_seq_cst) + 1) & kVersion;
}

// Whoever is between reading the version and swapping it away looks again.
bool bump(std::uint64_t object) noexcept {
  const auto place = place_of(object);
  if (!place) return false;
  const std::uint64_t version = next_version();
  for (int tries = 0; tries < 10000; ++tries) {  // each try is somebody else's bump
    const Holder now{place->holder().load(std::memory_order_acquire)};
    if (kind_of(now) != HolderKind::object) return false;
    if (swap(place->holder(), now.word, (now.word & ~kVersion) | version)) return true;
  }
  return false;
}

bool is_named(std::uint64_t object) noexcept {
  const std::uint64_t stripe = stripe_of(object), count = segment().references[stripe].refresh();
  for (std::uint64_t position = 0; position < count; ++position) {
    step();  // for the stall sweep: between two looks others may do anything
    const Entry& entry = entry_in(stripe, position);
    if (entry.object.load(std::memory_order_seq_cst) == object && entry.holder.load(std::memory_order_acquire) != 0) return true;
  }
  return false;
}

// Frees the object if no entry names it. Once is enough: a swap that fails means that
// somebody added an entry meanwhile, and will come here after dropping it.
void collect(std::uint64_t object) noexcept {
  const auto place = place_of(object);
  if (!place) return;
  const Holder now{place->holder().load(std::memory_order_seq_cst)};
  if (kind_of(now) != HolderKind::object || is_named(object)) return;
  if ((now.word & kOwns) != 0)
    let_leave(*place, now);
  else
    release(object, now);
}

void clear(Entry& entry) noexcept {
  publish(entry.object, 0);
  publish(entry.holder, 0);
}

}  // namespace

Entry* entry_at(Ticket ticket) noexcept {
  const std::uint64_t stripe = ticket >> 32, position = ticket & 0xffffffff;
  if (stripe >= kStripes || !segment().references[stripe].contains(position)) return nullptr;
  return &entry_in(stripe, position);
}

namespace references {

Ticket add(Holder holder, std::uint64_t object, Failure& failure) noexcept {
  const Ticket ticket = claim(stripe_of(object), holder, failure);
  if (ticket == kNoTicket) return kNoTicket;
  Entry& entry = *entry_at(ticket);
  announce(entry.object, object);
  if (bump(object)) return ticket;
  clear(entry);
  failure = Failure::damaged;
  return kNoTicket;
}

Ticket add_first(std::uint64_t object, Failure& failure) noexcept {
  const Ticket ticket = claim(stripe_of(object), identity::holder(), failure);
  if (ticket != kNoTicket) announce(entry_at(ticket)->object, object);
  return ticket;
}

bool make_object(std::uint64_t offset, bool owns) noexcept {
  return hand_over(offset, identity::holder(), make_holder(HolderKind::object, next_version() | (owns ? kOwns : 0)));
}

bool move(Ticket ticket, Holder from, Holder to) noexcept {
  Entry* const entry = entry_at(ticket);
  return entry && swap(entry->holder, from.word, to.word);
}

std::optional<std::uint64_t> object_of(Ticket ticket, Holder holder) noexcept {
  const Entry* const entry = entry_at(ticket);
  if (!entry || entry->holder.load(std::memory_order_acquire) != holder.word) return {};
  const std::uint64_t object = entry->object.load(std::memory_order_acquire);
  const auto place = place_of(object);
  if (!place || kind_of({place->holder().load(std::memory_order_acquire)}) != HolderKind::object) return {};
  return object;
}

// Until the object was looked after, the entry says that somebody must.
void drop(Ticket ticket) noexcept {
  Entry* const entry = entry_at(ticket);
  if (!entry) return;
  const std::uint64_t object = entry->object.load(std::memory_order_acquire) & ~kDropping;
  if (object != 0) {
    announce(entry->object, object | kDropping);
    collect(object);
  }
  clear(*entry);
}

void forget(Ticket ticket) noexcept {
  if (Entry* const entry = entry_at(ticket)) clear(*entry);
}

}  // namespace references
}  // namespace cohort::arena
