// src/pool/chunk_sizer.cpp                         SPDX-License-Identifier: MIT
#include <cohort/detail/pool/chunk_sizer.hpp>

#include <algorithm>

namespace cohort::detail {

namespace {

constexpr std::chrono::nanoseconds kGoal = std::chrono::microseconds(200);  // hundreds of times what a hand-over costs
constexpr std::uint64_t kBytes = 64 * 1024;                                 // of a chunk: stays in the caches of both sides
constexpr std::uint64_t kMostItems = 16 * 1024;
constexpr std::uint64_t kShares = 4;                                        // chunks a worker, as Python's

}  // namespace

ChunkSizer::ChunkSizer(std::uint32_t workers, int fixed, bool timed, std::optional<std::size_t> bytes)
    : workers_(std::max(workers, 1U)),
      fixed_(timed ? 1 : static_cast<std::uint64_t>(fixed)),
      most_(std::clamp<std::uint64_t>(kBytes / std::max<std::size_t>(bytes.value_or(1), 1), 1, kMostItems)) {}

std::uint64_t ChunkSizer::next(std::optional<std::uint64_t> left) const noexcept {
  if (fixed_ != 0) return fixed_;
  if (!left) return size_;
  return std::clamp<std::uint64_t>(*left / (2 * workers_), 1, size_);
}

std::size_t ChunkSizer::window() const noexcept { return measured_ || fixed_ != 0 ? 8 * workers_ : 2 * workers_; }

void ChunkSizer::took(std::uint64_t items, std::chrono::nanoseconds time) noexcept {
  measured_ = true;
  if (time.count() <= 0 || time > std::chrono::hours(1)) return;  // a worker's account: only a hint
  const auto fit = static_cast<std::uint64_t>(kGoal.count()) * std::max<std::uint64_t>(items, 1) / static_cast<std::uint64_t>(time.count());
  size_ = std::clamp<std::uint64_t>(fit, 1, std::min(most_, size_ * 8));
}

std::uint64_t ChunkSizer::at_once(std::uint64_t items) const noexcept {
  if (fixed_ != 0) return fixed_;
  return std::max<std::uint64_t>(1, (items + kShares * workers_ - 1) / (kShares * workers_));
}

}  // namespace cohort::detail
