// tests/contract/contract.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include "support/board.hpp"
#include "support/child.hpp"
#include "support/clock.hpp"
#include "support/processes.hpp"
#include "support/throws.hpp"
#include "support/watchdog.hpp"

#include <cohort/errors.hpp>
#include <cohort/partial.hpp>
#include <cohort/pool.hpp>

#include <gtest/gtest.h>

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

namespace cohort::test {

using namespace std::chrono_literals;

// The contract is run twice: with workers, and with COHORT_WORKERS=inline, where the caller does the work.
inline bool inline_workers() {
  const char* text = std::getenv("COHORT_WORKERS");
  return text != nullptr && std::string_view(text) == "inline";
}

#define COHORT_NEEDS_WORKERS() \
  if (::cohort::test::inline_workers()) GTEST_SKIP() << "is about worker processes, and this run has none"

// Tasks of many tests.
inline int square(int x) { return x * x; }
inline int same(int x) { return x; }
inline pid_t own_pid() { return getpid(); }
inline void nothing() {}

inline int wait_at_gate(int gate) {
  ++board().number.at(static_cast<std::size_t>(gate));  // so many have arrived
  wait_for_gate(static_cast<std::size_t>(gate));
  return gate;
}
inline bool arrived(int gate, int n = 1) {
  return wait_until([=] { return board().number.at(static_cast<std::size_t>(gate)) >= n; });
}

inline int counted(int i) {
  count_run(i);
  return i;
}

inline int odd_throws(int i) {
  count_run(i);
  if (i % 2 == 1) throw std::invalid_argument("odd: " + std::to_string(i));
  return i;
}

inline void sleep_an_hour() { std::this_thread::sleep_for(1h); }

}  // namespace cohort::test
