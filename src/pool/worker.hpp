// src/pool/worker.hpp                              SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include <cohort/call.hpp>
#include <cohort/detail/pool/frames.hpp>

#include "pool/lane_reader.hpp"
#include "pool/layout.hpp"

namespace cohort::pool {

// The life of a worker: find a task, run it, say so; spin a little, then sleep.
class Worker {
 public:
  // Exit codes of a worker that ends by itself.
  static constexpr int kEnded = 0;
  static constexpr int kInitializerFailed = 1;

  Worker(Shared& shared, std::uint32_t lane, Call initializer);

  // Until the pool stops. Returns the exit code.
  int run();

  // Runs one published task in the calling process, for COHORT_WORKERS=inline.
  void run_inline(Slot& slot);

  // What current_process().name() says in the worker of that lane.
  static std::string name(std::uint32_t lane);

 private:
  bool initialize();
  void execute(Claim claim);
  void run_task(Claim claim);
  void run_chunk(Claim claim);
  void finish(Claim claim);
  void push_completed(Slot& slot);
  bool help();
  bool idle();
  bool sleep();
  [[noreturn]] void wait_to_be_killed() noexcept;
  std::uint64_t bit() const noexcept { return std::uint64_t{1} << (number_ % 64); }

  Shared& shared_;
  Lane& lane_;
  const std::uint32_t number_;
  Call initializer_;
  LaneReader reader_;
  bool helping_ = false;
  bool eager_ = false;
  std::uint64_t token_ = 0;  // of the last task, and what it named: most tasks run what the one before ran
  cohort::detail::TaskFn* task_ = nullptr;
};

}  // namespace cohort::pool
