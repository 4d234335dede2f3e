// tests/support/board.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace cohort::test {

// Memory that the test shares with every process forked from it, of the test's own making: by it tasks tell what they
// did, and wait for what the test wants, without any help of the library. Cleared before each test.
struct Board {
  std::array<std::atomic<int>, 20'000> runs;  // of item i
  std::array<std::atomic<pid_t>, 64> pid;
  std::array<std::atomic<int>, 16> gate;
  std::array<std::atomic<std::int64_t>, 16> number;

  void clear();
};

Board& board();

void open_gate(std::size_t);
void wait_for_gate(std::size_t);  // for ever: the watchdog ends it

// Counts a run of item i and gives how many there were before.
int count_run(int i);
int runs_of(int i);

}  // namespace cohort::test
