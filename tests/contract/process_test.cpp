// tests/contract/process_test.cpp                      SPDX-License-Identifier: MIT
#include <cohort/process.hpp>

#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "contract/contract.hpp"
#include "support/inventory.hpp"

namespace cohort::test {
namespace {

void tell_who() {
  board().pid[0] = getpid();
  board().pid[1] = getppid();
}

TEST(Process, RunsAFunctionInAnotherProcess) {
  Process process(tell_who);
  EXPECT_FALSE(process.pid());
  EXPECT_FALSE(process.exitcode());
  EXPECT_FALSE(process.is_alive());
  process.start();
  process.join();
  EXPECT_EQ(process.pid(), board().pid[0]);
  EXPECT_NE(board().pid[0], getpid());
  EXPECT_EQ(board().pid[1], getpid());
  EXPECT_EQ(process.exitcode(), 0);
  EXPECT_FALSE(process.is_alive());
}

TEST(Process, TakesArguments) {
  Process process([](int a, const std::string& b,
                     std::string_view c) { board().number[0] = a + std::stoi(b) + static_cast<int>(c.size()); },
                  1, "20", "four");
  process.start();
  process.join();
  EXPECT_EQ(board().number[0], 25);
}

TEST(Process, TakesAnyCallable) {
  std::vector<int> big(1'000'000, 1);
  long sum = 0;
  Process by_reference([&] {
    for (const int x : big) sum += x;
    board().number[0] = sum;
  });
  by_reference.start();
  by_reference.join();
  EXPECT_EQ(board().number[0], 1'000'000);
  EXPECT_EQ(sum, 0) << "the child changed its copy";

  Process move_only(
      [owned = std::make_unique<int>(3)](std::unique_ptr<int> other) { board().number[1] = *owned + *other; },
      std::make_unique<int>(4));
  move_only.start();
  move_only.join();
  EXPECT_EQ(board().number[1], 7);
}

TEST(Process, DoesNothingBeforeStart) {
  {
    Process process([] { ++board().number[0]; });
  }
  EXPECT_EQ(board().number[0], 0);
}

class Clock : public Process {
 public:
  explicit Clock(int ticks) : ticks_(ticks) {}
  explicit Clock(ProcessOptions options) : Process(std::move(options)) {}
  void run() override {
    board().number[0] += ticks_;
    board().pid[0] = getpid();
    board().pid[1] = pid().value_or(0);
  }

 private:
  int ticks_ = 1;
};

TEST(Process, ADerivedClassOverridesRun) {
  Clock clock(5);
  clock.start();
  clock.join();
  EXPECT_EQ(board().number[0], 5);
  EXPECT_NE(board().pid[0], getpid());
  EXPECT_EQ(board().pid[1], board().pid[0]) << "in the child, pid() is its own";
}

TEST(Process, RunCalledDirectlyWorksInTheCaller) {
  Clock clock(3);
  clock.run();
  EXPECT_EQ(board().number[0], 3);
  EXPECT_EQ(board().pid[0], getpid());
  EXPECT_FALSE(clock.pid());
  COHORT_EXPECT_THROW(UsageError, clock.join(), "can only join a started process");
}

TEST(Process, StartedAndThenRunDoesTheWorkTwice) {
  Clock clock(2);
  clock.start();
  clock.join();
  clock.run();
  EXPECT_EQ(board().number[0], 4);
  EXPECT_EQ(board().pid[1], clock.pid());
}

const Program kNames("process-names", [](const Arguments&) {
  Process first(nothing), second(nothing), named({.name = "reader"}, nothing);
  Clock clock(1);
  for (Process* p : {&first, &second, &named, static_cast<Process*>(&clock)}) {
    p->start();
    p->join();
    std::puts(p->name().c_str());
  }
  Process outer([] {
    std::puts(current_process().name().c_str());
    Process inner([] { std::puts(current_process().name().c_str()); });
    inner.start();
    inner.join();
    std::puts(parent_process()->name().c_str());
  });
  outer.start();
  outer.join();
  std::puts(current_process().name().c_str());
  return parent_process() ? 1 : 0;
});

TEST(Process, HasANameThatCountsUp) {
  Child program = Child::start(kNames);
  const auto lines = program.lines();
  ASSERT_EQ(lines.size(), 8u);
  EXPECT_EQ(lines[0], "Process-1");
  EXPECT_EQ(lines[1], "Process-2");
  EXPECT_EQ(lines[2], "reader");
  EXPECT_EQ(lines[3].substr(0, 6), "Clock-");
  EXPECT_EQ(lines[4].substr(0, 8), "Process-");
  EXPECT_EQ(lines[5], "Process-" + lines[4].substr(8) + ":1");
  EXPECT_EQ(lines[6], "MainProcess");
  EXPECT_EQ(lines[7], "MainProcess");
  EXPECT_EQ(program.wait(), exited(0));
}

TEST(Process, ExitcodeTellsHowItEnded) {
  const auto end_of = [](auto f) {
    Process process(f);
    process.start();
    process.join();
    return process.exitcode();
  };
  EXPECT_EQ(end_of([] {}), 0);
  EXPECT_EQ(end_of([] { std::exit(3); }), 3);
  EXPECT_EQ(end_of([] { _exit(7); }), 7);
  EXPECT_EQ(end_of([] { throw std::runtime_error("expected: this text on stderr is part of the test"); }), 1);
  EXPECT_EQ(end_of([] { throw 42; }), 1);
  EXPECT_EQ(end_of([] { raise(SIGKILL); }), -SIGKILL);
  EXPECT_EQ(end_of([] {
              std::signal(SIGABRT, SIG_DFL);
              std::abort();
            }),
            -SIGABRT);
}

TEST(Process, TerminateKillAndInterruptSendTheirSignals) {
  const auto end_by = [](auto send) {
    board().number[0] = 0;
    Process process(wait_at_gate, 0);
    process.start();
    EXPECT_TRUE(arrived(0));
    EXPECT_TRUE(process.is_alive());
    EXPECT_FALSE(process.exitcode());
    send(process);
    process.join();
    send(process);  // of a process that has ended: nothing
    return process.exitcode();
  };
  EXPECT_EQ(end_by([](Process& p) { p.terminate(); }), -SIGTERM);
  EXPECT_EQ(end_by([](Process& p) { p.kill(); }), -SIGKILL);
  EXPECT_EQ(end_by([](Process& p) { p.interrupt(); }), -SIGINT);
}

TEST(Process, JoinWithATimeTellsWhetherItEnded) {
  Process process(wait_at_gate, 0);
  process.start();
  const Stopwatch watch;
  EXPECT_FALSE(process.join(20ms));
  EXPECT_GE(watch.elapsed(), 20ms);
  EXPECT_FALSE(process.join(0s));
  EXPECT_FALSE(process.join(-1s));
  open_gate(0);
  EXPECT_TRUE(process.join(Timeout::forever()));
  EXPECT_TRUE(process.join(0s)) << "as often as asked";
  process.join();
}

TEST(Process, MistakesAreUsageErrors) {
  Process process(nothing);
  COHORT_EXPECT_THROW(UsageError, process.join(), "started");
  COHORT_EXPECT_THROW(UsageError, process.join(1s), "started");
  COHORT_EXPECT_THROW(UsageError, process.terminate(), "started");
  COHORT_EXPECT_THROW(UsageError, process.kill(), "started");
  COHORT_EXPECT_THROW(UsageError, process.sentinel(), "started");
  process.daemon(true);
  process.start();
  COHORT_EXPECT_THROW(UsageError, process.start(), "once");
  COHORT_EXPECT_THROW(UsageError, process.daemon(false), "started");
  process.join();
  COHORT_EXPECT_THROW(UsageError, process.start(), "once");
}

TEST(Process, OnlyItsCreatorMayJoinIt) {
  Process process(wait_at_gate, 0);
  process.start();
  Process other([&] {
    try {
      process.join();
    } catch (const UsageError&) {
      board().number[1] = 1;
    }
  });
  other.start();
  other.join();
  EXPECT_EQ(board().number[1], 1);
  open_gate(0);
  process.join();
}

TEST(Process, CloseForgetsIt) {
  Process process(wait_at_gate, 0);
  process.start();
  COHORT_EXPECT_THROW(UsageError, process.close(), "running");
  open_gate(0);
  process.join();
  process.close();
  process.close();
  COHORT_EXPECT_THROW(UsageError, process.join(), "closed");
  COHORT_EXPECT_THROW(UsageError, process.is_alive(), "closed");
  COHORT_EXPECT_THROW(UsageError, process.exitcode(), "closed");
  COHORT_EXPECT_THROW(UsageError, process.start(), "closed");
  Process never(nothing);
  never.close();
}

TEST(Process, ItsSentinelIsReadyWhenItHasEnded) {
  Process process(wait_at_gate, 0);
  process.start();
  pollfd ready{.fd = process.sentinel(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll(&ready, 1, 0), 0);
  open_gate(0);
  EXPECT_EQ(poll(&ready, 1, -1), 1);
  EXPECT_TRUE(process.join(0s));
}

TEST(Process, Moves) {
  Process first(wait_at_gate, 0);
  first.start();
  const auto pid = first.pid();
  Process second = std::move(first);
  EXPECT_EQ(second.pid(), pid);
  open_gate(0);
  second.join();
  std::vector<Process> several;
  for (int i = 0; i < 5; ++i) several.emplace_back([](int n) { count_run(n); }, i);
  for (auto& p : several) p.start();
  for (auto& p : several) p.join();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(runs_of(i), 1);
}

TEST(Process, ItsHandleSaysTheSame) {
  Process process({.name = "reader", .daemon = true}, wait_at_gate, 0);
  process.start();
  const ProcessHandle handle = process.handle();
  EXPECT_EQ(handle.name(), "reader");
  EXPECT_TRUE(handle.daemon());
  EXPECT_EQ(handle.pid(), process.pid());
  EXPECT_TRUE(handle.is_alive());
  const auto all = active_children();
  EXPECT_EQ(std::count(all.begin(), all.end(), handle), 1);
  handle.terminate();
  handle.join();
  EXPECT_EQ(handle.exitcode(), -SIGTERM);
  EXPECT_EQ(process.exitcode(), -SIGTERM);
  EXPECT_TRUE(active_children().empty());
}

TEST(Process, ActiveChildrenReapsWhatHasEnded) {
  std::optional<pid_t> pid;
  {
    Process process(nothing);
    process.start();
    pid = process.pid();
  }  // neither waits nor kills
  EXPECT_TRUE(wait_until([] { return active_children().empty(); }));
  EXPECT_FALSE(process_info(*pid)) << "no zombie is left";
}

TEST(Process, AHundredAtATime) {
  std::vector<Process> all;
  for (int i = 0; i < 100; ++i) all.emplace_back([](int n) { count_run(n), wait_for_gate(0); }, i);
  for (auto& p : all) p.start();
  EXPECT_EQ(active_children().size(), 100u);
  for (std::size_t i = 0; i < 100; i += 2) all[i].kill();
  for (std::size_t i = 0; i < 100; i += 2) {
    all[i].join();
    EXPECT_EQ(all[i].exitcode(), -SIGKILL);
  }
  open_gate(0);
  for (std::size_t i = 1; i < 100; i += 2) {
    all[i].join();
    EXPECT_EQ(all[i].exitcode(), 0);
  }
}

TEST(Process, DescriptorsOfChildrenStayAsMany) {
  const auto descriptors = [](std::size_t at) {
    Process process([=] { board().number[at] = static_cast<int>(take_inventory().descriptors.size()); });
    process.start();
    process.join();
    return board().number[at].load();
  };
  const auto first = descriptors(0);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(descriptors(1), first);
}

TEST(Process, NestsTwoDeep) {
  Process outer([] {
    count_run(0);
    Process inner([] {
      count_run(1);
      Process innermost([] { count_run(2); });
      innermost.start();
      innermost.join();
    });
    inner.start();
    inner.join();
  });
  outer.start();
  outer.join();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(runs_of(i), 1);
}

TEST(Process, OfADaemonMayHaveChildren) {
  Process outer({.daemon = true}, [] {
    Process inner([] { board().number[0] = current_process().daemon() ? 1 : 2; });
    inner.start();
    inner.join();
  });
  outer.start();
  outer.join();
  EXPECT_EQ(board().number[0], 1) << "daemon is as the creator";
}

// ---------------------------------------------------------------- the program's end

const Program kJoinsAtTheEnd("joins-at-the-end", [](const Arguments&) {
  Process({}, [] {
    usleep(50'000);
    std::puts("child");
  }).start();
  std::puts("parent");
  return 0;
});

TEST(Process, IsJoinedAtTheEndOfTheProgram) {
  Child program = Child::start(kJoinsAtTheEnd);
  EXPECT_EQ(program.lines(), (std::vector<std::string>{"parent", "child"}));
  EXPECT_EQ(program.wait(), exited(0));
}

const Program kDaemon("daemon-at-the-end", [](const Arguments&) {
  Process process({.daemon = true}, sleep_an_hour);
  process.start();
  std::printf("%d\n", static_cast<int>(*process.pid()));
  return 0;
});

TEST(Process, ADaemonIsEndedAtTheEndOfTheProgram) {
  Child program = Child::start(kDaemon);
  const auto pid = std::stoi(program.line().value_or("0"));
  EXPECT_EQ(program.wait(), exited(0));
  EXPECT_FALSE(is_running(pid));
}

const Program kKilled("killed-with-processes", [](const Arguments&) {
  Process daemon({.daemon = true}, sleep_an_hour), plain([] {
    Process grandchild(sleep_an_hour);
    grandchild.start();
    board().pid[0] = *grandchild.pid();
    raise(SIGSTOP);
  });
  daemon.start();
  plain.start();
  if (!wait_until([] { return board().pid[0] != 0; })) return 1;
  std::printf("%d %d %d \n", static_cast<int>(*daemon.pid()), static_cast<int>(*plain.pid()),
              static_cast<int>(board().pid[0]));
  sleep_an_hour();
  return 0;
});

TEST(Process, AllEndWhenTheProgramIsKilled) {
  Child program = Child::start(kKilled);
  const std::string line = program.line().value_or("");
  std::vector<pid_t> pids;
  for (std::size_t at = 0, end = 0; (end = line.find(' ', at)) != std::string::npos; at = end + 1)
    pids.push_back(std::stoi(line.substr(at, end - at)));
  ASSERT_EQ(pids.size(), 3u);
  program.kill(SIGKILL);
  const Stopwatch watch;
  EXPECT_TRUE(
      wait_until([&] { return std::none_of(pids.begin(), pids.end(), [](pid_t p) { return is_running(p); }); }));
  std::printf("[ MEASURED ] daemon, stopped child and grandchild gone after %.1f ms\n", watch.milliseconds());
}

TEST(Process, IgnoredSigchldHangsNobody) {
  Child child = Child::fork([] {
    std::signal(SIGCHLD, SIG_IGN);
    Process process(nothing);
    process.start();
    process.join();
    return process.exitcode() == WorkerLost::kUnknown ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), exited(0));
}

TEST(Process, AForeignWaitHangsNobody) {
  Child child = Child::fork([] {
    Process process(nothing);
    process.start();
    waitpid(-1, nullptr, 0);
    process.join();
    return process.exitcode() == WorkerLost::kUnknown && !process.is_alive() ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), exited(0));
}

TEST(Process, CpuCounts) {
  EXPECT_GE(cpu_count(), 1);
  EXPECT_GE(usable_cpu_count(), 1);
  EXPECT_LE(usable_cpu_count(), cpu_count());
}

}  // namespace
}  // namespace cohort::test
