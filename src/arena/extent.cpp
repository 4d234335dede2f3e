// src/arena/extent.cpp                      SPDX-License-Identifier: MIT
#include "arena/extent.hpp"

#include "arena/segment.hpp"
#include "arena/step.hpp"

namespace cohort::arena {

void Extent::learn(std::uint64_t number) noexcept {
  std::uint64_t known = this->known();
  while (known < number && !known_.compare_exchange_weak(known, number, std::memory_order_acq_rel)) {
  }
}

std::uint64_t Extent::believe(std::uint64_t shared) noexcept {
  if (shared > known() && shared <= most_ && shared * unit_ <= used()) learn(shared);
  return known();
}

bool Extent::raise(std::uint64_t from, std::uint64_t to) noexcept {
  if (swap(*shared_, from, to)) {
    learn(to);
    return true;
  }
  return refresh() > from;
}

}  // namespace cohort::arena
