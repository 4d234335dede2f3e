// tests/support/watchdog.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string_view>

namespace cohort::test {

// Runs `body` in a child of this process, and stays behind as its watchdog: no thread and no child of the watchdog is
// ever seen by the tests. It adopts what loses its parent, so that orphans are found too, and when one step of the
// body takes longer than announced it says which, lists all processes, and kills every one of them.
// Returns the status for exit(): the body's, or not 0 when something was left running.
int guarded(const std::function<int()>& body);

// Called by the body: what it is about to do, and how long that may take (scaled by slowness()).
void expect_within(std::string_view what, std::chrono::seconds limit);
// The same step, with another limit from now on.
void expect_within(std::chrono::seconds limit);
void expect_nothing();

inline constexpr std::chrono::seconds kDefaultLimit{60};

// The root of all processes that the tests start: the watchdog, or this process where there is none.
pid_t root_of_tests();

}  // namespace cohort::test
