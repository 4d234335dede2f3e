// tests/unit/core/errors_test.cpp                      SPDX-License-Identifier: MIT
#include <cohort/errors.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <concepts>
#include <csignal>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace cohort::test {
namespace {

using namespace std::chrono_literals;

TEST(Errors, AreOneFamily) {
  static_assert(std::derived_from<TaskTimeout, WorkerLost> && std::derived_from<WorkerLost, Error>);
  static_assert(std::derived_from<Error, std::runtime_error>);
  static_assert(std::derived_from<UsageError, std::logic_error> && !std::derived_from<UsageError, Error>);
  static_assert(!std::derived_from<TaskTimeout, TimeoutError>);
  EXPECT_THROW(throw EndOfStream("the other end is closed"), Error);
}

TEST(Errors, AreCopiedWithoutThrowing) {
  static_assert(std::is_nothrow_copy_constructible_v<WorkerLost>);
  static_assert(std::is_nothrow_copy_constructible_v<detail::Traced>);
  SUCCEED();
}

TEST(WorkerLost, NamesTheSignalAndTheItem) {
  const WorkerLost lost(4711, -SIGKILL, 3);
  EXPECT_STREQ(lost.what(), "cohort: worker 4711 was killed by signal 9 (SIGKILL) while it ran item 3");
  EXPECT_EQ(lost.pid(), 4711);
  EXPECT_EQ(lost.exitcode(), -SIGKILL);
  EXPECT_EQ(lost.task(), 3U);
}

TEST(WorkerLost, NamesTheExitCode) {
  EXPECT_STREQ(WorkerLost(4711, 7, 0).what(), "cohort: worker 4711 ended with exit code 7 while it ran item 0");
  EXPECT_STREQ(WorkerLost(4711, 7).what(), "cohort: worker 4711 ended with exit code 7");
}

TEST(WorkerLost, SaysThatTheStatusIsUnknown) {
  EXPECT_STREQ(WorkerLost(4711, WorkerLost::kUnknown).what(), "cohort: worker 4711 ended (its status is unknown)");
  EXPECT_EQ(WorkerLost("whatever").exitcode(), WorkerLost::kUnknown);
}

TEST(WorkerLost, NamesSignalsThatHaveNoName) { EXPECT_EQ(detail::signal_text(60), "signal 60"); }

TEST(TaskTimeout, NamesItemAndLimit) {
  EXPECT_STREQ(TaskTimeout(4711, -SIGKILL, 3, 1500ms).what(),
               "cohort: worker 4711 was killed because item 3 ran longer than its limit of 1.5 s");
  EXPECT_EQ(TaskTimeout(4711, -SIGKILL, 3, 1500ms).exitcode(), -SIGKILL);
}

class Arrived : public std::invalid_argument, public detail::Traced {
 public:
  Arrived() : invalid_argument("no"), Traced({"app::Bad", "Worker-3", "", 17}) {}
};

TEST(RemoteTrace, IsThereForErrorsFromElsewhere) {
  try {
    throw Arrived();
  } catch (const std::exception& error) {
    const RemoteTrace* trace = remote_trace(error);
    ASSERT_NE(trace, nullptr);
    EXPECT_EQ(trace->type, "app::Bad");
    EXPECT_EQ(trace->process, "Worker-3");
    EXPECT_EQ(trace->pid, 17);
  }
}

TEST(RemoteTrace, IsNullForErrorsBornHere) { EXPECT_EQ(remote_trace(Error("here")), nullptr); }

}  // namespace
}  // namespace cohort::test
