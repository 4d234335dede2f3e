// src/arena/threads.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "arena/record_table.hpp"
#include "arena/records.hpp"

namespace cohort::arena {

// Wakes everybody who sleeps on the word at an offset from anywhere.
void wake_all_at(std::uint64_t offset) noexcept;

// Frees the thread records of a DEAD process, and wakes whoever waited where they waited.
void sweep_threads(ProcessRef process) noexcept;

// The process has registered threads, and the kernel marked each of them.
bool all_threads_ended(ProcessRef process) noexcept;

// thread_self() where nothing may be thrown.
void try_to_register_thread() noexcept;

std::uint64_t living_threads() noexcept;

}  // namespace cohort::arena
