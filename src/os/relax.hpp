// src/os/relax.hpp                                 SPDX-License-Identifier: MIT
#pragma once

#include <sched.h>

namespace cohort::os {

// Tells the processor that this is a spin loop.
inline void relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb" ::: "memory");
#else
  asm volatile("" ::: "memory");
#endif
}

// Polls politely: a few pauses a look, a yield now and then. The figures are those of the least disturbance to the
// other side's cache line that was measured; on one processor there is nothing to spin for.
class Spinner {
 public:
  explicit Spinner(int looks) noexcept : left_(looks) {}

  // Waits a moment; false when the patience is used up.
  bool once() noexcept {
    if (left_-- <= 0) return false;
    if ((left_ & 255) == 0)
      ::sched_yield();
    else
      for (int i = 0; i < 16; ++i) relax();
    return true;
  }

 private:
  int left_;
};

}  // namespace cohort::os
