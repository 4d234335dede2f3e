// tests/kill/ways_to_die.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <csignal>
#include <optional>
#include <string_view>

namespace cohort::test {

// How a worker can end with a task in its hands.
enum class Way {
  sigkill,
  sigterm,
  segmentation_fault,
  stack_overflow,
  abort,
  terminate,
  throw_through_noexcept,
  division_by_zero,
  bus_error,
  illegal_instruction,
  underscore_exit,
  plain_exit,
  exit_zero,
  quick_exit,
  thread_exit,
  exec,
};

struct WayInfo {
  Way way;
  std::string_view name;
  std::optional<int> exitcode;  // as WorkerLost gives it; empty: not the same on all systems
};

inline constexpr std::array kWaysToDie{
    WayInfo{Way::sigkill, "Sigkill", -SIGKILL},
    WayInfo{Way::sigterm, "Sigterm", -SIGTERM},
    WayInfo{Way::segmentation_fault, "SegmentationFault", -SIGSEGV},
    WayInfo{Way::stack_overflow, "StackOverflow", -SIGSEGV},
    WayInfo{Way::abort, "Abort", -SIGABRT},
    WayInfo{Way::terminate, "Terminate", -SIGABRT},
    WayInfo{Way::throw_through_noexcept, "ThrowThroughNoexcept", -SIGABRT},
    WayInfo{Way::division_by_zero, "DivisionByZero", -SIGFPE},
    WayInfo{Way::bus_error, "BusError", -SIGBUS},
    WayInfo{Way::illegal_instruction, "IllegalInstruction", -SIGILL},
    WayInfo{Way::underscore_exit, "UnderscoreExit", 7},
    WayInfo{Way::plain_exit, "PlainExit", 3},
    WayInfo{Way::exit_zero, "ExitZero", 0},
    WayInfo{Way::quick_exit, "QuickExit", 5},
    WayInfo{Way::thread_exit, "ThreadExit", 0},
    WayInfo{Way::exec, "Exec", std::nullopt},
};

[[noreturn]] void die(Way);

}  // namespace cohort::test
