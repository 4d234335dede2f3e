// src/arena/step.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <type_traits>

namespace cohort::arena {

// Between two stores to shared memory, or two system calls that others can see, a kill
// is always the same kill. So all of them pass here; the build with COHORT_SWEEP counts
// the passes and kills or stops the process at the k-th, in all others this is nothing.
#if defined(COHORT_SWEEP) && COHORT_SWEEP
void step() noexcept;

namespace sweep {

enum class Action { count, kill, stop };

// From now on the k-th step (from 1) of this process acts, once. Forked children start
// disarmed, unless `in_children`: then each counts its own steps from zero.
void arm(long k, Action action, bool in_children = false) noexcept;
// The same for children forked from now on, and not for this process.
void arm_children(long k, Action action) noexcept;
void disarm() noexcept;
// Steps since arm().
long steps() noexcept;

}  // namespace sweep
#else
inline void step() noexcept {}
#endif

// Makes what was written before visible together with `value`.
template <class T>
void publish(std::atomic<T>& word, std::type_identity_t<T> value) noexcept {
  step();
  word.store(value, std::memory_order_release);
}

// The same, and ordered before every later load of this thread.
template <class T>
void announce(std::atomic<T>& word, std::type_identity_t<T> value) noexcept {
  step();
  word.store(value, std::memory_order_seq_cst);
}

template <class T>
bool swap(std::atomic<T>& word, std::type_identity_t<T> expected, std::type_identity_t<T> desired) noexcept {
  step();
  return word.compare_exchange_strong(expected, desired, std::memory_order_seq_cst);
}

}  // namespace cohort::arena
