// src/pool/lane_writer.hpp                         SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <vector>

#include "pool/layout.hpp"

namespace cohort::pool {

// The parent's end of a lane: appends slots, chains segments, takes back those the worker has left behind.
// Called under the engine's mutex.
class LaneWriter {
 public:
  // Allocates the first segment. Throws Error when the arena is full.
  explicit LaneWriter(Lane& lane);

  // The worker finds the slot from here on. Throws Error when the arena is full, with nothing changed.
  void append(std::uint64_t slot_offset) {
    if (next_ + 1 >= capacity_) chain();
    publish_entry(slot_offset);
    appended_.store(appended_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  // How the worker keeps pace with this lane. Any thread may ask; by the worker's own account, so a hint.
  std::uint64_t appended() const noexcept { return appended_.load(std::memory_order_relaxed); }
  std::uint64_t taken() const noexcept { return lane_->taken.load(std::memory_order_relaxed); }

  // The slot appended last; 0 before the first.
  std::uint64_t last() const noexcept { return last_; }

  Lane& lane() noexcept { return *lane_; }

  // False when somebody wrote over what only this class and the worker write.
  bool intact() const noexcept;

  // Gives the segments back to the arena; the lane is dead afterwards.
  void release() noexcept;

 private:
  struct Piece {
    std::uint64_t offset;
    std::uint32_t capacity;
  };

  void publish_entry(std::uint64_t entry) noexcept;
  void chain();
  Piece empty_piece();
  void take_back() noexcept;

  Lane* lane_;
  std::atomic<std::uint64_t>* entries_ = nullptr;
  std::uint32_t next_ = 0;
  std::uint32_t capacity_ = 0;
  std::uint64_t last_ = 0;
  std::atomic<std::uint64_t> appended_{0};
  std::deque<Piece> chain_;   // oldest first; the worker stands in one of them
  std::vector<Piece> spare_;
};

}  // namespace cohort::pool
