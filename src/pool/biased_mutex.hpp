// src/pool/biased_mutex.hpp                        SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

namespace cohort::pool {

// A mutex between threads of one process that costs its favourite thread no locked instruction. Most programs submit
// from one thread; the monitor and the callback thread come by now and then.
//
// The favourite, the first thread to lock, says `inside` with a plain store and goes in unless `claimed` is set. Anybody
// else takes the real mutex, sets `claimed`, has the kernel put a barrier into the favourite (membarrier), and waits
// until it is outside: of the two stores at least one is seen by the other side. Who has come by too often ends
// the favour for good. Where membarrier is refused, and under ThreadSanitizer, there is no favourite.
class BiasedMutex {
 public:
  void lock() noexcept {
    if (favourite_.load(std::memory_order_relaxed) == this_thread()) {
      inside_.store(true, std::memory_order_relaxed);
      std::atomic_signal_fence(std::memory_order_seq_cst);
      if (!claimed_.load(std::memory_order_acquire)) return;
      inside_.store(false, std::memory_order_release);
    }
    lock_slowly();
  }

  void unlock() noexcept {
    if (inside_.load(std::memory_order_relaxed) && favourite_.load(std::memory_order_relaxed) == this_thread())
      inside_.store(false, std::memory_order_release);
    else
      unlock_slowly();
  }

 private:
  static std::uintptr_t this_thread() noexcept {
    static thread_local char mark;
    return reinterpret_cast<std::uintptr_t>(&mark);
  }

  void lock_slowly() noexcept;
  void unlock_slowly() noexcept;
  void turn_out_favourite() noexcept;

  std::atomic<std::uintptr_t> favourite_{0};  // written under mutex_; 1: nobody, for good
  std::atomic<bool> inside_{false};           // written by the favourite alone
  std::atomic<bool> claimed_{false};          // written under mutex_
  int visits_ = 0;                            // under mutex_
  std::mutex mutex_;
};

}  // namespace cohort::pool
