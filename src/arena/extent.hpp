// src/arena/extent.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

namespace cohort::arena {

// How many of something there are: a number in shared memory that only grows, with a private
// copy that is never more than was checked. Loops and indices go by the copy.
class Extent {
 public:
  void bind(std::atomic<std::uint64_t>& shared, std::uint64_t most, std::uint64_t unit) noexcept {
    shared_ = &shared;
    most_ = most;
    unit_ = unit;
    known_.store(0, std::memory_order_relaxed);
  }

  std::uint64_t known() const noexcept { return known_.load(std::memory_order_acquire); }
  std::uint64_t most() const noexcept { return most_; }

  // Looks at the shared number and believes it if it grew to something that can be: within
  // the table, and no more than there is memory committed.
  std::uint64_t refresh() noexcept {
    const std::uint64_t shared = shared_->load(std::memory_order_acquire);
    const std::uint64_t known = this->known();
    return shared == known ? known : believe(shared);
  }

  bool contains(std::uint64_t index) noexcept { return index < known() || index < refresh(); }

  // After the memory for them was committed: from `known` to `wanted`, or further if
  // another process was faster. False: the shared number is not what it can be.
  bool raise(std::uint64_t from, std::uint64_t to) noexcept;

 private:
  std::uint64_t believe(std::uint64_t shared) noexcept;
  void learn(std::uint64_t number) noexcept;

  std::atomic<std::uint64_t>* shared_ = nullptr;
  std::uint64_t most_ = 0;
  std::uint64_t unit_ = 0;  // committed bytes that each of them stands for at least
  std::atomic<std::uint64_t> known_{0};
};

}  // namespace cohort::arena
