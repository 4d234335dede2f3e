// src/pool/pace.hpp                                SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "pool/lane_writer.hpp"

namespace cohort::pool {

// Whether it pays to spread tasks over all lanes. Tasks of a microsecond are done by one worker as fast as one thread can
// submit them; waking others for them costs more than they do, above all where processors are few. So while a lane's
// worker takes tasks faster than that, it gets all of them, and more lanes join only when it falls behind and processors
// are free.
//
// The risk is a long task behind small ones while others sleep. So as long as this is on, the monitor looks every few
// milliseconds whether such a lane stands still; if it does, it is off, and the sleepers are woken to help.
class Pace {
 public:
  static constexpr std::chrono::milliseconds kTick{2};

  // `small` lies in shared memory: workers read it.
  explicit Pace(std::atomic<std::uint32_t>& small);

  bool small() const noexcept { return small_.load(std::memory_order_relaxed) != 0; }

  // By the submitting thread, every few submissions: how fast have the tasks of a lane been taken? True when small tasks
  // have just been noticed, so that the monitor starts to look.
  bool time_to_review() noexcept { return ++submissions_ % 8 == 0; }
  bool review(const std::vector<std::unique_ptr<LaneWriter>>& lanes, std::uint32_t turn) noexcept;

  // While tasks are small: where the next one goes.
  std::uint32_t lane(std::uint32_t turn, std::uint32_t lanes) noexcept;

  // By the monitor: some lane has work and has not moved since the last look. Ends the small mode; so does a pause.
  bool stuck(const std::vector<std::unique_ptr<LaneWriter>>& lanes) noexcept;

 private:
  struct Seen {
    std::uint64_t appended = 0;
    std::uint64_t taken = 0;
  };

  const std::uint32_t most_lanes_;  // that have a processor besides the submitting thread
  std::atomic<std::uint32_t>& small_;
  Seen reviewed_{};
  std::uint32_t reviewed_lane_ = 0;
  std::chrono::steady_clock::time_point reviewed_at_{};
  std::uint32_t lanes_used_ = 1;
  std::uint32_t run_ = 0;
  std::uint32_t submissions_ = 0;
  std::vector<Seen> watched_;  // the monitor's
};

}  // namespace cohort::pool
