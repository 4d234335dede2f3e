// src/pool/pace.cpp                                SPDX-License-Identifier: MIT
#include "pool/pace.hpp"

#include <algorithm>

#include "os/cpus.hpp"
#include "os/membarrier.hpp"

namespace cohort::pool {

namespace {

constexpr std::uint64_t kSample = 64;                       // tasks between two reviews of a lane
constexpr std::chrono::nanoseconds kSmall{2'000};           // a task
constexpr std::uint64_t kBehind = 4096;                     // tasks in a lane
constexpr std::uint32_t kRun = 64;                          // in a row to one lane, where several are used

}  // namespace

Pace::Pace(std::atomic<std::uint32_t>& small) : most_lanes_(static_cast<std::uint32_t>(std::max(1, os::usable_cpus() - 1))), small_(small) {}

// While tasks are spread, one lane stands for all; while they are not, it is the one that gets them.
bool Pace::review(const std::vector<std::unique_ptr<LaneWriter>>& lanes, std::uint32_t turn) noexcept {
  const Seen now{lanes[reviewed_lane_]->appended(), lanes[reviewed_lane_]->taken()};
  if (now.appended - reviewed_.appended < kSample && (!small() || turn == reviewed_lane_)) return false;
  const auto time = std::chrono::steady_clock::now();
  const std::uint64_t took = now.taken - reviewed_.taken;
  const auto each = (time - reviewed_at_) / static_cast<std::int64_t>(std::clamp<std::uint64_t>(took, 1, 1'000'000));
  const bool quick = took >= kSample / 2 && each < kSmall;
  lanes_used_ = quick ? lanes_used_ + (now.appended - now.taken > kBehind && lanes_used_ < most_lanes_ ? 1 : 0) : 1;
  reviewed_lane_ = turn;
  reviewed_ = {lanes[turn]->appended(), lanes[turn]->taken()};
  reviewed_at_ = time;
  const bool before = small();
  if (before != quick) small_.store(quick ? 1 : 0);
  return quick && !before;
}

std::uint32_t Pace::lane(std::uint32_t turn, std::uint32_t lanes) noexcept {
  const std::uint32_t used = std::min(lanes_used_, lanes);
  if (used > 1 && ++run_ % kRun == 0) return (turn + 1) % used;
  return used > 1 ? turn % used : turn;
}

bool Pace::stuck(const std::vector<std::unique_ptr<LaneWriter>>& lanes) noexcept {
  watched_.resize(lanes.size());
  bool moved = false;
  bool stands = false;
  for (std::size_t number = 0; number < lanes.size(); ++number) {
    const Seen now{lanes[number]->appended(), lanes[number]->taken()};
    Seen& before = watched_[number];
    moved = moved || now.appended != before.appended;
    stands = stands || (now.taken == before.taken && now.appended > now.taken);
    before = now;
  }
  if (!stands && moved) return false;
  small_.store(0);
  // Who submitted a moment ago may still have seen small tasks and woken nobody: after the barrier, either it sees that
  // they are over, or what it submitted is seen here.
  os::barrier_own_threads();
  return std::ranges::any_of(lanes, [](const auto& lane) { return lane->appended() > lane->taken(); });
}

}  // namespace cohort::pool
