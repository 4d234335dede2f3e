// src/arena/dead.cpp                      SPDX-License-Identifier: MIT
#include "arena/dead.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>

#include "arena/arena.hpp"
#include "arena/blocks.hpp"
#include "arena/identity.hpp"
#include "arena/lost_children.hpp"
#include "arena/processes.hpp"
#include "arena/references.hpp"
#include "arena/step.hpp"
#include "arena/threads.hpp"

namespace cohort::arena {
namespace {

// One sweep at a time in a process: blocks that it is leaving are found by its own holder word.
constinit std::mutex sweeping;

// Some block of this process's is leaving and was not looked after yet.
constinit std::atomic<bool> some_leave{false};

constexpr int kMostPasses = 1000;  // things inside things inside things

Holder leaving(Holder process) noexcept { return make_holder(HolderKind::leaving, payload_of(process)); }

// The records that one pass frees at its end. What others are DEAD is taken along where it is met.
struct Batch {
  std::array<ProcessRef, 64> dead;
  std::size_t size = 0;
};

bool is_dead(Holder holder) noexcept {
  if (kind_of(holder) != HolderKind::process && kind_of(holder) != HolderKind::leaving) return false;
  const auto state = state_of(process_of(holder));
  return state && state->kind == Kind::dead;
}

// Everything is first taken over and then freed, so that of two sweepers each thing has one,
// and a third finds what a killed one had taken.
bool take_blocks(Holder mine) noexcept {
  bool any = false;
  for_each_held_block([&](const Place& place, Holder holder) {
    if (is_dead(holder)) any |= swap(place.holder(), holder.word, mine.word);
  });
  return any;
}

void drop_entries(Holder me) noexcept {
  for_each_entry([&](Ticket ticket, Entry& entry, Holder holder) {
    if (is_dead(holder) && swap(entry.holder, holder.word, me.word)) references::drop(ticket);
  });
}

bool is_inside(Holder holder, Holder mine) noexcept {
  return kind_of(holder) == HolderKind::block && holder_of(payload_of(holder)) == mine;
}

// What lies inside a block that is leaving, leaves with it.
bool take_contents(Holder mine, Holder me) noexcept {
  bool any = false;
  for_each_entry([&](Ticket ticket, Entry& entry, Holder holder) {
    if (!is_inside(holder, mine) || !swap(entry.holder, holder.word, me.word)) return;
    references::drop(ticket);
    any = true;
  });
  for_each_held_block([&](const Place& place, Holder holder) {
    if (is_inside(holder, mine)) any |= swap(place.holder(), holder.word, mine.word);
  });
  return any;
}

void free_leaving(Holder mine) noexcept {
  for_each_held_block([&](const Place& place, Holder holder) {
    if (holder == mine) free_block(place, mine);
  });
}

// Takes the contents of all blocks that are leaving, however deep, and frees them.
void drain(Holder me) noexcept {
  const Holder mine = leaving(me);
  for (int pass = 0; pass < kMostPasses && take_contents(mine, me); ++pass) {
  }
  free_leaving(mine);
}

// Children that the dead one had prepared for: if they exist, they end with it.
void condemn_unborn(ProcessRef parent) noexcept {
  const std::uint64_t count = segment().processes.refresh();
  for (std::uint32_t i = 0; i < count; ++i) {
    const State now = state_of(process_record(i).state);
    if ((now.kind != Kind::born && now.kind != Kind::expected) || now.owner != parent.index) continue;
    const auto owner = state_of(parent);
    if (!owner || owner->kind != Kind::dead) return;
    condemn({i, now.generation});
  }
}

Batch dead_records() noexcept {
  Batch batch;
  const std::uint64_t count = segment().processes.refresh();
  for (std::uint32_t i = 0; i < count && batch.size < batch.dead.size(); ++i) {
    const State now = state_of(process_record(i).state);
    if (now.kind == Kind::dead) batch.dead[batch.size++] = {i, now.generation};
  }
  return batch;
}

// One pass frees all that were DEAD when it began: also those of a sweeper that was killed.
bool sweep_batch(Holder me) noexcept {
  const Batch batch = dead_records();
  if (batch.size == 0) return false;
  const bool took = take_blocks(leaving(me));
  drop_entries(me);
  if (some_leave.exchange(false) || took) drain(me);
  for (std::size_t i = 0; i < batch.size; ++i) {
    sweep_threads(batch.dead[i]);
    condemn_unborn(batch.dead[i]);
    free_process(batch.dead[i]);
  }
  return true;
}

}  // namespace

void sweep_condemned() noexcept {
  const Holder me = identity::holder();
  for (int pass = 0; me && pass < kMostPasses && sweep_batch(me); ++pass) {
  }
}

void process_died(ProcessRef process) noexcept {
  if (!is_open()) return;
  const std::scoped_lock lock(sweeping);
  if (process.holder() != identity::holder() && condemn(process)) sweep_condemned();
}

void look_after_children() noexcept {
  if (!is_open()) return;
  const std::scoped_lock lock(sweeping);
  sweep_lost_children(false);
}

bool let_leave(const Place& place, Holder from) noexcept {
  const Holder me = identity::holder();
  if (!me || !swap(place.holder(), from.word, leaving(me).word)) return false;
  some_leave.store(true);
  return true;
}

void finish_leaving() noexcept {
  if (!some_leave.load()) return;
  const std::scoped_lock lock(sweeping);
  if (const Holder me = identity::holder(); me && some_leave.exchange(false)) drain(me);
}

bool release_with_contents(std::uint64_t offset, Holder expected) noexcept {
  const auto place = place_of(offset);
  if (!place || !expected || !let_leave(*place, expected)) return false;
  finish_leaving();
  return true;
}

std::size_t drop_references_if(const std::function<bool(Holder)>& mine) {
  const Holder me = identity::holder();
  std::size_t dropped = 0;
  if (!me) return 0;
  for_each_entry([&](Ticket ticket, Entry& entry, Holder holder) {
    if (kind_of(holder) == HolderKind::process || !mine(holder) || !swap(entry.holder, holder.word, me.word)) return;
    references::drop(ticket);
    ++dropped;
  });
  finish_leaving();
  return dropped;
}

void lock_sweeping() noexcept { sweeping.lock(); }
void unlock_sweeping() noexcept { sweeping.unlock(); }

}  // namespace cohort::arena
