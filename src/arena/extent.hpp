// src/arena/extent.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "arena/failure.hpp"

namespace cohort::arena {

// A table that only grows: how many entries it has is a number in shared memory, with a private
// copy that is never more than was checked. Loops and indices go by the copy.
class Extent {
 public:
  // Where an entry lies; those of one piece, up to end_of_piece(), lie in a row.
  struct Shape {
    std::uint64_t base = 0;
    std::uint64_t stride = 0;
    std::uint64_t stripe = kWhole;  // one of several interleaved tables; see references.cpp

    static constexpr std::uint64_t kWhole = ~std::uint64_t{0};
    std::uint64_t offset(std::uint64_t index) const noexcept;
    std::uint64_t end_of_piece(std::uint64_t index) const noexcept;
  };

  void bind(std::atomic<std::uint64_t>& shared, std::uint64_t most, const Shape& shape) noexcept {
    shared_ = &shared;
    most_ = most;
    shape_ = shape;
    known_.store(0, std::memory_order_relaxed);
  }

  std::uint64_t known() const noexcept { return known_.load(std::memory_order_acquire); }
  std::uint64_t most() const noexcept { return most_; }
  std::uint64_t offset(std::uint64_t index) const noexcept { return shape_.offset(index); }

  // Looks at the shared number and believes it if it grew, and all that it speaks of is there.
  std::uint64_t refresh() noexcept {
    const std::uint64_t shared = shared_->load(std::memory_order_acquire);
    const std::uint64_t known = this->known();
    return shared == known ? known : believe(shared);
  }

  bool contains(std::uint64_t index) noexcept { return index < known() || index < refresh(); }

  // Takes memory for the entries `from`, which is all there are, to `to`.
  Failure commit(std::uint64_t from, std::uint64_t to) const noexcept;
  // After that: there are so many now, or more if another process was faster.
  Failure raise(std::uint64_t from, std::uint64_t to) noexcept;
  // Both.
  Failure grow(std::uint64_t from, std::uint64_t to) noexcept;

 private:
  std::uint64_t believe(std::uint64_t shared) noexcept;
  void learn(std::uint64_t number) noexcept;

  std::atomic<std::uint64_t>* shared_ = nullptr;
  std::uint64_t most_ = 0;
  Shape shape_;
  std::atomic<std::uint64_t> known_{0};
};

}  // namespace cohort::arena
