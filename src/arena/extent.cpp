// src/arena/extent.cpp                      SPDX-License-Identifier: MIT
#include "arena/extent.hpp"

#include <algorithm>
#include <bit>

#include "arena/segment.hpp"
#include "arena/step.hpp"

namespace cohort::arena {
namespace {

// A page that was committed counts as a hole until somebody writes to it. This one changes nothing, whoever uses the page.
void touch(std::uint64_t offset, std::uint64_t bytes) noexcept {
  for (std::uint64_t page = offset / kPage * kPage; page < offset + bytes; page += kPage) {
    step();
    at<std::atomic<std::uint64_t>>(page)->fetch_or(0, std::memory_order_relaxed);
  }
}

// Calls each(offset, bytes) for the rows that the entries lie in, until it says no.
template <class Each>
bool for_rows(const Extent::Shape& shape, std::uint64_t from, std::uint64_t to, Each each) {
  for (std::uint64_t end = 0; from < to; from = end) {
    end = std::min(to, shape.end_of_piece(from));
    if (!each(shape.offset(from), (end - from) * shape.stride)) return false;
  }
  return true;
}

}  // namespace

// A stripe is in pieces, each as long as all before it: 4, 4, 8, 16, … entries. The pieces of
// all stripes that are equally far lie side by side.
std::uint64_t Extent::Shape::offset(std::uint64_t index) const noexcept {
  if (stripe == kWhole) return base + index * stride;
  const std::uint64_t start = index < kStripeStart ? 0 : std::bit_floor(index);
  const std::uint64_t length = start == 0 ? kStripeStart : start;
  return base + (start * kStripes + stripe * length + (index - start)) * stride;
}

std::uint64_t Extent::Shape::end_of_piece(std::uint64_t index) const noexcept {
  if (stripe == kWhole) return ~std::uint64_t{0};
  return index < kStripeStart ? kStripeStart : std::bit_floor(index) * 2;
}

Failure Extent::commit(std::uint64_t from, std::uint64_t to) const noexcept {
  Failure failure = Failure::none;
  for_rows(shape_, from, to, [&](std::uint64_t offset, std::uint64_t bytes) {
    failure = arena::commit(offset, bytes);
    if (failure == Failure::none) touch(offset, bytes);
    return failure == Failure::none;
  });
  return failure;
}

void Extent::learn(std::uint64_t number) noexcept {
  std::uint64_t known = this->known();
  while (known < number && !known_.compare_exchange_weak(known, number, std::memory_order_acq_rel)) {
  }
}

std::uint64_t Extent::believe(std::uint64_t shared) noexcept {
  const std::uint64_t known = this->known();
  if (shared > known && shared <= most_ && for_rows(shape_, known, shared, is_committed)) learn(shared);
  return this->known();
}

Failure Extent::raise(std::uint64_t from, std::uint64_t to) noexcept {
  if (swap(*shared_, from, to)) {
    learn(to);
    return Failure::none;
  }
  return refresh() > from ? Failure::none : Failure::damaged;
}

Failure Extent::grow(std::uint64_t from, std::uint64_t to) noexcept {
  if (from >= to) return Failure::full;
  const Failure failure = commit(from, to);
  return failure == Failure::none ? raise(from, to) : failure;
}

}  // namespace cohort::arena
