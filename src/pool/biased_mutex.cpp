// src/pool/biased_mutex.cpp                        SPDX-License-Identifier: MIT
#include "pool/biased_mutex.hpp"

#include <sched.h>

#include "os/membarrier.hpp"

namespace cohort::pool {

namespace {

constexpr std::uintptr_t kNobody = 1;
constexpr int kPatience = 64;

bool bias_possible() noexcept {
#if defined(__SANITIZE_THREAD__)
  return false;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
  return false;
#else
  return os::barriers_granted();
#endif
#else
  return os::barriers_granted();
#endif
}

}  // namespace

void BiasedMutex::lock_slowly() noexcept {
  mutex_.lock();
  const auto favourite = favourite_.load(std::memory_order_relaxed);
  if (favourite == kNobody) return;
  if (favourite == 0)
    favourite_.store(bias_possible() ? this_thread() : kNobody, std::memory_order_relaxed);
  else if (favourite != this_thread())
    turn_out_favourite();
}

void BiasedMutex::turn_out_favourite() noexcept {
  claimed_.store(true, std::memory_order_relaxed);
  os::barrier_own_threads();
  while (inside_.load(std::memory_order_acquire)) ::sched_yield();
  if (++visits_ >= kPatience) favourite_.store(kNobody, std::memory_order_relaxed);
}

void BiasedMutex::unlock_slowly() noexcept {
  claimed_.store(false, std::memory_order_release);
  mutex_.unlock();
}

}  // namespace cohort::pool
