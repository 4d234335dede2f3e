// src/pool/monitor.hpp                             SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <cohort/process.hpp>

#include "arena/records.hpp"
#include "os/fd.hpp"
#include "pool/starter.hpp"
#include "process/state.hpp"

namespace cohort::pool {

class Engine;

// The parent's thread that watches a pool: deaths, replacements, time limits, damage. It sleeps in poll().
class Monitor {
 public:
  Monitor(Engine& engine, std::uint32_t lanes, const std::function<int(std::uint32_t)>& work);
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;
  ~Monitor();

  // There is something new to watch: a limit, a wish to end.
  void nudge() noexcept;

  // Workers were told to end (finish) or are killed now (terminate). Waits for them; afterwards nothing is left.
  void finish() noexcept { end(false); }
  void terminate() noexcept { end(true); }
  bool on_this_thread() const noexcept { return thread_.get_id() == std::this_thread::get_id(); }

  // A worker's state for each lane, as soon as each was started once.
  std::vector<std::shared_ptr<process::State>> workers();

 private:
  struct Worker {
    std::shared_ptr<process::State> state;
    bool alive = false;
    bool starting = false;  // the starter was asked for it and has not answered
    std::optional<os::SteadyTime> seen_dead{};  // by its pidfd; the starter has not told yet
  };

  struct Orphan {
    arena::ProcessRef process;
    os::Fd pidfd;
  };

  void run() noexcept;
  void poll_once();
  void read_events();
  void started(const Starter::Event& event);
  void ended(std::uint32_t lane, std::optional<int> exitcode);
  void starter_gone();
  void look_at_unannounced_ends();
  void start(std::uint32_t lane);
  void could_not_fork(std::uint32_t lane, int error);
  void kill_everybody();
  void kill(std::uint32_t lane);
  void watch_orphans_of(arena::ProcessRef process);
  void sweep_orphans(os::SteadyTime until);
  int patience();
  void end(bool kill) noexcept;

  Engine& engine_;
  Starter starter_;
  os::Fd nudge_;
  std::mutex mutex_;  // which states workers_ names, and ever_started_; the rest is the thread's alone
  std::condition_variable started_;
  std::vector<Worker> workers_;
  std::vector<Orphan> orphans_;  // children of dead workers, on their way out
  std::uint32_t ever_started_ = 0;
  std::uint64_t started_total_ = 0;
  int failed_starts_ = 0;
  bool starter_gone_ = false;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> killing_{false};
  bool over_ = false;
  std::thread thread_;
};

}  // namespace cohort::pool
