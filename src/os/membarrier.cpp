// src/os/membarrier.cpp                            SPDX-License-Identifier: MIT
#include "os/membarrier.hpp"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

namespace cohort::os {

namespace {

std::atomic<bool> granted{false};

bool command(int what) noexcept { return ::syscall(SYS_membarrier, what, 0, 0) == 0; }

}  // namespace

void register_for_barriers() noexcept {
  const bool global = command(MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED);
  const bool own = command(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
  granted.store(global && own, std::memory_order_relaxed);
}

bool barriers_granted() noexcept { return granted.load(std::memory_order_relaxed); }

void barrier_everywhere() noexcept {
  if (!barriers_granted() || !command(MEMBARRIER_CMD_GLOBAL_EXPEDITED)) std::atomic_thread_fence(std::memory_order_seq_cst);
}

void barrier_own_threads() noexcept {
  if (!barriers_granted() || !command(MEMBARRIER_CMD_PRIVATE_EXPEDITED)) std::atomic_thread_fence(std::memory_order_seq_cst);
}

void fence_if_refused() noexcept {
  if (barriers_granted())
    std::atomic_signal_fence(std::memory_order_seq_cst);
  else
    std::atomic_thread_fence(std::memory_order_seq_cst);
}

}  // namespace cohort::os
