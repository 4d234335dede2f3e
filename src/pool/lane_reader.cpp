// src/pool/lane_reader.cpp                         SPDX-License-Identifier: MIT
#include "pool/lane_reader.hpp"

#include <utility>

#include "arena/step.hpp"

namespace cohort::pool {

namespace {

constexpr int kFar = 256;  // entries of another lane to look at

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
  Lane& victim = *shared_.lane(number);
  Seen& seen = seen_[number];
  const std::uint64_t busy_with = victim.current.load(std::memory_order_acquire);
  const bool same = busy_with == std::exchange(seen.current, busy_with);
  if (busy_with == 0 || (!same && !eager) || kind_of(arena::at<Slot>(busy_with)->state.load(std::memory_order_acquire)) != Kind::running) return {};
  // While the owner stands still, so do the segments before it; what was looked at since is not looked at again.
  const std::uint64_t head = victim.head.load(std::memory_order_acquire);
  if (head != std::exchange(seen.head, head)) seen.at = Position::from(head);
  for (int looks = 0; looks < kFar; ++looks) {
    const std::uint64_t entry = arena::at<Segment>(seen.at.segment)->entries()[seen.at.index].load(std::memory_order_acquire);
    if (entry == 0) return {};
    if ((entry & kLink) != 0) {
      seen.at = {entry & ~kLink, 0};
      continue;
    }
    ++seen.at.index;
    if (auto stolen = claim(entry)) return stolen;
  }
  return {};
}

}  // namespace cohort::pool
