// src/pool/engine.hpp                              SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <cohort/call.hpp>
#include <cohort/detail/codec/token.hpp>
#include <cohort/process.hpp>

#include "arena/arena.hpp"
#include "arena/identity.hpp"
#include "os/futex.hpp"
#include "pool/biased_mutex.hpp"
#include "pool/extra.hpp"
#include "pool/lane_writer.hpp"
#include "pool/layout.hpp"
#include "pool/monitor.hpp"
#include "pool/pace.hpp"
#include "pool/slab.hpp"

namespace cohort::pool {

class Callbacks;

// The parent's side of a pool: takes submissions, finds lanes for them, waits for results, knows what went wrong.
// Bytes only; the types are the rim's affair (cohort/detail/pool/).
//
// Lives as long as a Pool, a Pool::With or a result names it: the last one to leave deletes it. Any thread of the process
// that made it; in a forked copy of that process it does nothing.
//
// Locks: mutex_ guards slab_'s free list, lanes_, dropped_, turn_ and run_; no user code runs under it. state_mutex_ guards
// why_. Neither is taken under the other.
class Engine {
 public:
  Engine(std::uint32_t workers, Call initializer);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // ---- who names the engine
  void add_owner() noexcept { owners_.fetch_add(1, std::memory_order_relaxed); }
  void drop_owner() noexcept;

  // ---- submitting. take_slot() .. publish(), or .. abandon()
  std::uint32_t take_slot();
  Slot& slot(std::uint32_t index) noexcept { return slab_.slot(index); }
  Note& note(std::uint32_t index) noexcept { return slab_.note(index); }
  Extra& extra(std::uint32_t index);
  // The task may run from here on. One handle names it.
  void publish(std::uint32_t index, std::uint64_t token, std::uint64_t meta);
  void abandon(std::uint32_t index) noexcept;

  // ---- results
  void add_handle(std::uint32_t index) noexcept { note(index).handles.fetch_add(1, std::memory_order_relaxed); }
  void drop_handle(std::uint32_t index) noexcept;
  bool ready(std::uint32_t index);
  // True when the task has ended and its callbacks have returned.
  bool wait(std::uint32_t index, os::SteadyTime until);
  // Waits for the value's bytes. Throws the task's error, TimeoutError.
  std::span<const std::byte> await_value(std::uint32_t index, os::SteadyTime until);
  // Of a task that has ended. Null: there is a value.
  std::exception_ptr error(std::uint32_t index);
  // The value's bytes; of a chunk the whole ResultBlock.
  std::span<const std::byte> value(std::uint32_t index);
  void attach(std::uint32_t index, std::function<void()> callback);
  // Instead of the result: what a callback threw.
  void set_error(std::uint32_t index, std::exception_ptr error) { extra(index).error = std::move(error); }

  // ---- life
  void close() noexcept;
  void terminate() noexcept;
  bool join(os::SteadyTime until);
  bool has_ended() const noexcept { return ended_.load(std::memory_order_acquire); }
  bool is_open() const noexcept { return status_.load(std::memory_order_relaxed) == Status::open; }
  std::uint32_t workers() const noexcept { return static_cast<std::uint32_t>(lanes_.size()); }
  std::vector<ProcessHandle> worker_handles();

  // ---- for the monitor
  Shared& shared() noexcept { return *shared_; }
  LaneWriter& lane(std::uint32_t number) noexcept { return *lanes_[number]; }
  Slab& slab() noexcept { return slab_; }
  // The worker of the lane is gone: what it ran is lost or queued again.
  void worker_died(std::uint32_t lane, pid_t pid, std::optional<int> exitcode);
  // What the lane's worker runs has overrun its limit, and cannot end any more: the worker is to be killed.
  bool overran(std::uint32_t lane) noexcept;
  // When to look again, if there is anything to look at.
  std::optional<os::SteadyTime> next_limit() const;
  // Looks whether a lane that gets all small tasks is stuck with a large one; when to look again.
  std::optional<os::SteadyTime> watch_pace() noexcept;
  // Nothing will be run any more; every unfinished task fails with `why`.
  void give_up(std::exception_ptr why) noexcept;
  bool intact() noexcept;
  bool is_broken() const noexcept { return status_.load(std::memory_order_acquire) == Status::broken; }
  std::exception_ptr initializer_error();
  void wake_everybody() noexcept;
  Callbacks& callbacks();

 private:
  friend class Callbacks;
  enum class Status : int { open, closed, terminated, broken };
  // What held user objects: it is destroyed after the mutex is free again, because they may call the pool.
  using Garbage = std::vector<std::unique_ptr<Extra>>;

  ~Engine();

  bool ours() const noexcept { return arena::identity::word() == owner_; }
  [[noreturn]] void refuse() const;
  bool closing_callback() const noexcept;
  std::uint64_t submitted() noexcept;
  bool wait_for_all(os::SteadyTime until);
  void refuse_unknown(std::uint64_t token) const;
  std::uint32_t choose_lane();
  void append(std::uint32_t index);
  void ring_slowly(Lane& lane) noexcept;
  void ring_a_helper(std::uint32_t busy) noexcept;
  void run_here(std::uint32_t index);

  bool wait_final(std::uint32_t index, os::SteadyTime until);
  bool sleep_on(std::uint32_t index, std::uint64_t state, os::SteadyTime until);
  bool plausible(std::uint32_t index, std::uint64_t state) noexcept;
  void free_slot(std::uint32_t index, Garbage& garbage) noexcept;
  void free_blocks(std::uint32_t index) noexcept;
  void reclaim_dropped(Garbage& garbage);
  bool all_free(Garbage& garbage) noexcept;
  void release_blocks() noexcept;
  arena::Holder error_holder() const noexcept { return arena::container(head_.offset >> 6 | std::uint64_t{1} << 59); }
  std::exception_ptr why() const;
  void watch_limit(std::int64_t limit);

  std::optional<std::uint32_t> running_on(std::uint32_t lane) noexcept;
  void item_lost(std::uint32_t index, pid_t pid, std::optional<int> exitcode, bool overdue);
  void chunk_item_lost(std::uint32_t index, Extra& extra, std::uint64_t item, std::exception_ptr error);
  bool retry(std::uint32_t index, Extra& extra, std::uint64_t item);
  void queue_again(std::uint32_t index);
  void finish_lost(std::uint32_t index, std::exception_ptr error);
  std::optional<arena::Block> result_block(std::uint32_t index, Word word) noexcept;
  void drop_unfinished_results(std::uint32_t index) noexcept;
  int work(std::uint32_t lane);
  void end(bool kill) noexcept;
  std::unique_lock<std::mutex> lock_end();

  const std::uint64_t owner_;  // the process that made it, as the arena knows it
  const bool inline_;
  Call initializer_;
  arena::Block head_{};
  Shared* shared_ = nullptr;

  BiasedMutex mutex_;
  Slab slab_;
  std::vector<std::unique_ptr<LaneWriter>> lanes_;
  std::vector<std::uint32_t> dropped_;  // nobody names them; free when their tasks have ended
  std::uint32_t turn_ = 0;              // the lane of the last submission
  std::uint32_t run_ = 0;               // submissions in a row to that lane
  std::optional<Pace> pace_;
  bool orphan_ = false;

  mutable std::mutex state_mutex_;
  std::exception_ptr why_;  // of terminated and broken pools
  std::atomic<Status> status_{Status::open};
  std::atomic<bool> ended_{false};
  std::atomic<std::uint32_t> owners_{1};
  std::uint64_t number_ = 0;  // under mutex_
  std::atomic<std::int64_t> least_limit_{0};  // nanoseconds; 0: no task had a limit yet
  std::atomic<std::uint32_t> limited_{0};     // tasks with a limit that are not freed
  std::mutex end_mutex_;  // ending; taken before any other
  const cohort::detail::LoadedModules modules_{};  // what the workers have: loaded before they were forked
  std::atomic<std::uint64_t> known_token_{0};      // that was looked up in them last

  std::once_flag callbacks_once_;
  std::atomic<Callbacks*> callbacks_{nullptr};  // made with the first callback, deleted with this
  std::unique_ptr<Monitor> monitor_;
};

}  // namespace cohort::pool
