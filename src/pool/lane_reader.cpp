// src/pool/lane_reader.cpp                         SPDX-License-Identifier: MIT
#include "pool/lane_reader.hpp"

#include <utility>

#include "arena/step.hpp"

namespace cohort::pool {

namespace {

constexpr int kFar = 256;  // entries of another lane to look at in one go

bool is_in(std::uint64_t slot, Kind kind) noexcept {
  return kind_of(arena::at<Slot>(slot)->state.load(std::memory_order_acquire)) == kind;
}

}  // namespace

LaneReader::LaneReader(Shared& shared, std::uint32_t lane) : shared_(shared), lane_(*shared.lane(lane)), number_(lane), seen_(shared.lanes) {
  taken_ = lane_.taken.load(std::memory_order_relaxed);
  stand_at(Position::from(lane_.head.load(std::memory_order_acquire)));
}

void LaneReader::stand_at(Position position) noexcept {
  at_ = position;
  entries_ = arena::at<Segment>(position.segment)->entries();
}

std::optional<Claim> LaneReader::next() {
  for (;;) {
    const std::uint64_t entry = entries_[at_.index].load(std::memory_order_acquire);
    if (entry == 0) return {};
    if ((entry & kLink) != 0) {
      stand_at({entry & ~kLink, 0});
      arena::publish(lane_.head, at_.packed());
      continue;
    }
    const auto claimed_slot = claim(entry);
    ++at_.index;
    arena::publish(lane_.head, at_.packed());
    lane_.taken.store(++taken_, std::memory_order_relaxed);
    if (claimed_slot) return claimed_slot;
  }
}

// `current` comes first: if this process dies right after the swap, the parent knows where to look.
std::optional<Claim> LaneReader::claim(std::uint64_t offset) noexcept {
  Slot& slot = *arena::at<Slot>(offset);
  std::uint64_t state = slot.state.load(std::memory_order_acquire);
  if (kind_of(state) != Kind::queued) return {};
  arena::publish(lane_.current, offset);
  while (kind_of(state) == Kind::queued) {
    const std::uint64_t mine = claimed(state, number_);
    arena::step();
    if (slot.state.compare_exchange_strong(state, mine, std::memory_order_acq_rel, std::memory_order_acquire)) return Claim{&slot, mine};
  }
  return {};
}

std::optional<Claim> LaneReader::steal(bool eager) {
  for (std::uint32_t step = 1; step < shared_.lanes; ++step)
    if (auto stolen = steal_from((number_ + step) % shared_.lanes, eager)) return stolen;
  return {};
}

// A worker that is awake and runs nothing takes its tasks itself. A worker that runs one small task after the other needs
// no help and would be disturbed by it: so it must be seen busy with the same task twice, unless the last help was worth
// it. What is read here may be old: the claim decides.
std::optional<Claim> LaneReader::steal_from(std::uint32_t number, bool eager) {
  const std::uint64_t busy_with = shared_.lane(number)->current.load(std::memory_order_acquire);
  const bool same = busy_with == std::exchange(seen_[number].current, busy_with);
  if (!same && !eager) return {};
  while (const std::uint64_t waiting = waiting_behind(number))
    if (auto stolen = claim(waiting)) return stolen;
  return {};
}

// The first task of a lane is its owner's, who may be on the way to it; it is a backlog only behind a busy one.
bool LaneReader::sees_backlog() {
  for (std::uint32_t step = 1; step < shared_.lanes; ++step) {
    const std::uint32_t number = (number_ + step) % shared_.lanes;
    catch_up(number);
    if (next_queued(seen_[number].at) == 0) continue;
    if (is_busy(number)) return true;
    Position at = seen_[number].at;
    ++at.index;
    if (next_queued(at) != 0) return true;
  }
  return false;
}

std::uint64_t LaneReader::waiting_behind(std::uint32_t number) {
  if (!is_busy(number)) return 0;
  catch_up(number);
  return next_queued(seen_[number].at);
}

bool LaneReader::is_busy(std::uint32_t number) const {
  const std::uint64_t with = shared_.lane(number)->current.load(std::memory_order_acquire);
  return with != 0 && is_in(with, Kind::running);
}

// While the owner stands still, so do the segments behind its position; what was looked at since need not be looked at
// again.
void LaneReader::catch_up(std::uint32_t number) {
  const std::uint64_t head = shared_.lane(number)->head.load(std::memory_order_acquire);
  if (head != std::exchange(seen_[number].head, head)) seen_[number].at = Position::from(head);
}

std::uint64_t LaneReader::next_queued(Position& at) {
  for (int looks = 0; looks < kFar; ++looks) {
    const std::uint64_t entry = arena::at<Segment>(at.segment)->entries()[at.index].load(std::memory_order_acquire);
    if (entry == 0) return 0;
    if ((entry & kLink) != 0)
      at = {entry & ~kLink, 0};
    else if (is_in(entry, Kind::queued))
      return entry;
    else
      ++at.index;
  }
  return 0;
}

}  // namespace cohort::pool
