// src/pool/callbacks.hpp                           SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "os/futex.hpp"

namespace cohort::pool {

class Engine;

// The one thread of a pool on which callbacks run, one at a time, in the order in which their tasks ended. Made with the
// first callback: a pool without any pays nothing.
//
// Workers push the slots that asked for it on a stack in shared memory and ring. The stack is a hint: a worker may die
// between the end of a task and the push, so the monitor has the thread look at all slots after a death.
class Callbacks {
 public:
  explicit Callbacks(Engine& engine);
  Callbacks(const Callbacks&) = delete;
  Callbacks& operator=(const Callbacks&) = delete;
  ~Callbacks();

  void attach(std::uint32_t index, std::function<void()> callback);
  // All that were attached to it so far have returned.
  bool returned(std::uint32_t index);
  // The same, waiting for it. On the callback thread itself it never waits: a callback may look at its own result.
  bool wait(std::uint32_t index, os::SteadyTime until);

  // Of all tasks.
  bool wait_all(os::SteadyTime until);

  void look_at(std::uint32_t index);
  void look_at_all() noexcept;

  bool on_this_thread() const noexcept { return std::this_thread::get_id() == id_.load(std::memory_order_relaxed); }

  // Runs what is left and ends the thread; from the callback thread it only asks for that.
  void end() noexcept;

 private:
  void run() noexcept;
  bool run_ready();
  void take_completed(std::vector<std::uint32_t>& into);
  void run_callbacks_of(std::uint32_t index);
  void sleep();
  void ring() noexcept;

  Engine& engine_;
  std::mutex mutex_;  // ready_, open_, and callbacks and callbacks_open of every Extra
  std::condition_variable returned_;
  std::vector<std::uint32_t> ready_;
  std::size_t open_ = 0;  // tasks with callbacks that have not returned
  std::atomic<bool> all_{false};
  std::atomic<bool> ending_{false};
  std::atomic<std::thread::id> id_{};
  std::mutex thread_mutex_;  // joining
  std::thread thread_;
};

}  // namespace cohort::pool
