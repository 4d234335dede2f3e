// src/os/futex.hpp                                 SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace cohort::os {

using SteadyTime = std::chrono::steady_clock::time_point;

// Sleeps while *word == expected, at the latest until `until` (CLOCK_MONOTONIC). May return early for any reason:
// the caller looks again. Works between processes.
void futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected, SteadyTime until) noexcept;

// Wakes up to `count` sleepers on the word; returns how many.
int futex_wake(const std::atomic<std::uint32_t>& word, int count) noexcept;

// The half of a 64-bit state word that futexes can sleep on: its low 32 bits.
std::atomic<std::uint32_t>& low_half(std::atomic<std::uint64_t>& word) noexcept;

}  // namespace cohort::os
