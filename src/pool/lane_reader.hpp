// src/pool/lane_reader.hpp                         SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "arena/arena.hpp"
#include "pool/layout.hpp"

namespace cohort::pool {

// A slot that this worker has claimed, with the state word it wrote.
struct Claim {
  Slot* slot;
  std::uint64_t state;
};

// The worker's end of its lane. The position lies in the lane as well, so that the next worker of the lane goes on there;
// it may lag behind by one entry, whose slot is then found taken.
class LaneReader {
 public:
  LaneReader(Shared& shared, std::uint32_t lane);

  // The next task of the own lane that nobody has taken.
  std::optional<Claim> next();

  // A task out of another lane: only where some wait behind a busy worker. Not eager: a worker that was busy with the
  // same task at the last call.
  std::optional<Claim> steal(bool eager);

  // Tasks wait behind a busy worker: no time to sleep.
  bool sees_backlog();

  // Something may be there: next() is worth a call.
  bool has_next() const noexcept { return entries_[at_.index].load(std::memory_order_acquire) != 0; }

 private:
  // What another lane looked like at the last look, and how far it was looked at.
  struct Seen {
    std::uint64_t current = 0;
    std::uint64_t head = 0;
    Position at{};
  };

  std::optional<Claim> claim(std::uint64_t offset) noexcept;
  std::optional<Claim> steal_from(std::uint32_t number, bool eager);
  std::uint64_t waiting_behind(std::uint32_t number);
  bool is_busy(std::uint32_t number) const;
  void catch_up(std::uint32_t number);
  static std::uint64_t next_queued(Position& at);
  void stand_at(Position position) noexcept;

  Shared& shared_;
  Lane& lane_;
  const std::uint32_t number_;
  std::vector<Seen> seen_;  // a lane each
  std::uint64_t taken_ = 0;
  Position at_{};
  std::atomic<std::uint64_t>* entries_ = nullptr;
};

}  // namespace cohort::pool
