// src/arena/references.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "arena/failure.hpp"
#include "arena/holder.hpp"
#include "arena/place.hpp"

namespace cohort::arena {

// The shared half of references: a table of entries (holder, object). An object is a block
// whose holder word is a version; it lives as long as one entry names it. The rules, and
// why they suffice, are in docs/arena.md.
struct Entry {
  std::atomic<std::uint64_t> holder;
  std::atomic<std::uint64_t> object;  // offset; kDropping set: does not count any more
};
static_assert(sizeof(Entry) == 16);

inline constexpr std::uint64_t kDropping = 1;

// Where an entry is: stripe << 32 | position in it. What a message carries.
using Ticket = std::uint64_t;
inline constexpr Ticket kNoTicket = ~Ticket{0};

// Null for a ticket that cannot be.
Entry* entry_at(Ticket ticket) noexcept;

namespace references {

// An entry of `holder` for the object, which the caller keeps alive by another one until
// this returns. On failure nothing is left.
Ticket add(Holder holder, std::uint64_t object, Failure& failure) noexcept;

// The entry of an object in the making: its block is still held by this process.
Ticket add_first(std::uint64_t object, Failure& failure) noexcept;

// The first block holder becomes an object; it owns what is inside it if `owns`.
bool make_object(std::uint64_t offset, bool owns) noexcept;

// The entry changes hands; false if `from` does not hold it.
bool move(Ticket ticket, Holder from, Holder to) noexcept;

// What the entry names, if it is held by `holder` and names an object.
std::optional<std::uint64_t> object_of(Ticket ticket, Holder holder) noexcept;

// By the entry's holder, which is this process. The object goes if it was the last one; one
// that owns what is inside goes with the next finish_leaving().
void drop(Ticket ticket) noexcept;

// The same, by who knows that it is not the last one.
void forget(Ticket ticket) noexcept;

}  // namespace references

// Calls visit(ticket, entry, holder) for each entry that somebody holds.
template <class Visit>
void for_each_entry(Visit visit) {
  for (std::uint64_t stripe = 0; stripe < kStripes; ++stripe) {
    const std::uint64_t count = segment().references[stripe].refresh();
    for (std::uint64_t position = 0; position < count; ++position) {
      const Ticket ticket = stripe << 32 | position;
      Entry& entry = *entry_at(ticket);
      const Holder holder{entry.holder.load(std::memory_order_acquire)};
      if (holder) visit(ticket, entry, holder);
    }
  }
}

}  // namespace cohort::arena
