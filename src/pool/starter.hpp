// src/pool/starter.hpp                             SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "arena/records.hpp"
#include "os/fd.hpp"
#include "os/life_pipe.hpp"

namespace cohort::pool {

// A single-threaded process that forks the workers of a pool, the first and every later one, and reaps them. Forked by
// the thread that makes the pool: a worker forked later, from a parent full of threads, would inherit for ever every
// lock that some thread held at that moment.
//
// This object is the parent's end. Its functions are called by one thread at a time.
class Starter {
 public:
  // What the starter tells. `gone`: it has died itself.
  struct Event {
    enum class Kind : std::uint32_t { started, ended, gone } kind{};
    std::uint32_t lane = 0;
    pid_t pid = 0;
    arena::ProcessRef process{};
    std::optional<int> exitcode{};  // N, or -signal; empty: unknown
  };

  // Forks the starter, which at once starts a worker for each lane. `work` runs in the worker and gives its exit code.
  // Throws std::system_error.
  Starter(std::uint32_t lanes, const std::function<int(std::uint32_t)>& work);
  Starter(const Starter&) = delete;
  Starter& operator=(const Starter&) = delete;
  ~Starter();

  int fd() const noexcept { return socket_.get(); }
  std::optional<Event> next() noexcept;  // never waits

  // Both do nothing when the starter is gone.
  void start(std::uint32_t lane) noexcept { tell(Order::start, lane); }
  void kill(std::uint32_t lane) noexcept { tell(Order::kill, lane); }

  // Kills the worker of the lane without the starter's help; no other can be started there.
  void cut(std::uint32_t lane) noexcept { pipes_[lane].cut(); }

  // Workers end by themselves: waits for them and for the starter.
  void finish() noexcept;
  // Kills all workers and waits for the starter.
  void terminate() noexcept;

 private:
  enum class Order : std::uint32_t { start, kill, kill_all };
  struct Message;

  void tell(Order order, std::uint32_t lane) noexcept;
  void reap_starter() noexcept;
  [[noreturn]] void run(const std::function<int(std::uint32_t)>& work, os::Fd socket) noexcept;

  friend class StarterProcess;

  os::Fd socket_;
  os::LifePipe own_pipe_;
  std::vector<os::LifePipe> pipes_;  // one a lane; the next worker of a lane uses it again
  pid_t pid_ = 0;
  os::Fd pidfd_;
  arena::ProcessRef process_{};
};

}  // namespace cohort::pool
