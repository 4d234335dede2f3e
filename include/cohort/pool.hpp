// include/cohort/pool.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/async_result.hpp>
#include <cohort/call.hpp>
#include <cohort/detail/core/export.hpp>
#include <cohort/detail/pool/calls.hpp>
#include <cohort/process.hpp>
#include <cohort/timeout.hpp>

#include <concepts>
#include <optional>
#include <utility>
#include <vector>

namespace cohort {

struct PoolOptions {               // in Python's order
  std::optional<int> processes{};  // worker processes; empty: usable_cpu_count()
  Call initializer{};              // run once in every worker before its first task: .initializer = {open_db, "films.db"}
};

// A fixed number of worker processes that run the tasks given to them. A worker that dies costs the item it was running,
// which fails with WorkerLost, and is replaced; everything else goes on.
//
//     cohort::Pool pool(4);
//     std::vector<int> squares = pool.map(square, std::views::iota(0, 10));
//
// Concurrency: any number of threads may submit and wait at the same time; moving and destroying is for one.
// Leaving the scope: closes and joins, so all tasks are run and all callbacks have returned; when the scope is left by an
//              exception, terminates. What callbacks touch is therefore declared before the pool.
// After fork:  the pool belongs to the process that made it. In a child it refuses tasks, and its end does nothing.
// Owner death: all workers are killed with the process that made the pool, within 100 ms, stopped ones too.
// Threads:     workers are forked by a process forked in the constructor, so make the pool before the program's threads;
//              later replacements inherit nothing from those.
//
// COHORT_WORKERS=inline in the environment runs every task in the caller instead, for the debugger.
class COHORT_API Pool : public detail::Calls {
 public:
  // Throws std::invalid_argument for less than one worker, std::system_error when the system refuses.
  explicit Pool(PoolOptions options = {});
  template <std::integral N>
    requires(!std::same_as<N, bool>)
  explicit Pool(N processes) : Pool(PoolOptions{.processes = checked(std::in_range<int>(processes) ? static_cast<int>(processes) : -1)}) {}
  Pool(Pool&& other) noexcept;
  Pool& operator=(Pool&& other) noexcept;
  ~Pool();

  // The same pool, with limits for what is submitted through it. Keeps the workers' side alive, not the Pool: when the
  // Pool is destroyed it takes no more tasks.
  class COHORT_API With : public detail::Calls {
   public:
    With(const With& other) noexcept;
    With& operator=(const With& other) noexcept;
    ~With();

   private:
    friend class Pool;
    With(pool::Engine& engine, TaskOptions options);
  };
  // Throws std::invalid_argument for negative numbers and a time-out of zero.
  With with(TaskOptions options) const;

  // Takes no more tasks; those submitted are run.
  void close();
  // Kills the workers. Tasks that have not ended fail with Cancelled.
  void terminate();
  // Waits for all tasks, their callbacks and the workers. Throws UsageError unless closed or terminated.
  void join();
  // True: all have ended.
  bool join(Timeout timeout);
  // The workers of this moment: their names, pids and whether they are alive. A dead one's place is taken by another.
  std::vector<ProcessHandle> workers() const;

 private:
  static int checked(int processes);
  void end() noexcept;

  int uncaught_ = 0;  // exceptions under way when it was made
};

}  // namespace cohort
