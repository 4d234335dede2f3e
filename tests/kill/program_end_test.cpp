// tests/kill/program_end_test.cpp                      SPDX-License-Identifier: MIT
// Whichever way a program with a pool ends, nothing of the pool is left.
#include "contract/contract.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <algorithm>
#include <string>
#include <vector>

namespace cohort::test {
namespace {

void stop() { raise(SIGSTOP); }

void spin() {
  for (;;) {
  }
}

// The process id of the pool's starter: it is the workers' parent.
pid_t starter_of(const Pool& pool) {
  const auto info = process_info(pool.workers().at(0).pid());
  return info ? info->parent : 0;
}

// A busy pool whose tasks sleep, spin and stop, while some wait in the queue; then the program ends as its argument
// says.
Pool* in_static_storage = nullptr;

int end_as(const std::string& how) {
  if (how == "return") return 0;
  if (how == "exit") std::exit(0);
  if (how == "_exit") _exit(0);
  if (how == "quick_exit") std::quick_exit(0);
  if (how == "abort") std::abort();
  if (how == "segv") raise(SIGSEGV);
  if (how == "exec") execl("/bin/sleep", "sleep", "1000", static_cast<char*>(nullptr));
  if (how == "throw") throw std::runtime_error("nobody catches this");
  for (;;) pause();  // killed from outside
}

const Program kBusy("busy-pool", [](const Arguments& arguments) {
  auto* pool = new Pool(4);  // never destroyed
  std::vector<AsyncResult<void>> results;
  results.push_back(pool->apply_async(sleep_an_hour));
  results.push_back(pool->apply_async(spin));
  results.push_back(pool->apply_async(stop));
  for (int i = 0; i < 10; ++i) results.push_back(pool->apply_async(sleep_an_hour));
  (void)pool->apply_async([] {}).callback([] {});
  const auto stopped = [&] {
    const auto all = descendants(getpid());
    return std::any_of(all.begin(), all.end(), [](const ProcessInfo& p) { return p.state == 'T'; });
  };
  if (!wait_until(stopped)) return 3;
  in_static_storage = pool;
  std::string line;
  for (const ProcessInfo& p : descendants(getpid())) line += std::to_string(p.pid) + " ";
  std::puts(line.c_str());
  return end_as(arguments.at(0));
});

std::vector<ProcessInfo> processes_in(const std::string& line) {
  std::vector<ProcessInfo> all;
  for (std::size_t at = 0, end = 0; (end = line.find(' ', at)) != std::string::npos; at = end + 1)
    if (auto info = process_info(std::stoi(line.substr(at, end - at)))) all.push_back(*info);
  return all;
}

double milliseconds_until_gone(const std::vector<ProcessInfo>& processes) {
  const Stopwatch watch;
  const auto gone = [&] {
    return std::none_of(processes.begin(), processes.end(), [](const ProcessInfo& p) { return is_running(p); });
  };
  EXPECT_TRUE(wait_until(gone));
  return watch.milliseconds();
}

class ProgramEnd : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { COHORT_NEEDS_WORKERS(); }
};

TEST_P(ProgramEnd, TakesEveryProcessOfItsPoolAlong) {
  Child program = Child::start(kBusy, {GetParam()});
  const auto line = program.line();
  ASSERT_TRUE(line);
  const auto processes = processes_in(*line);
  const std::string how = GetParam();
  if (how == "SIGKILL") program.kill(SIGKILL);
  if (how == "SIGTERM") program.kill(SIGTERM);
  if (how == "SIGINT") program.kill(SIGINT);
  if (how != "exec") (void)program.wait();
  const double took = milliseconds_until_gone(processes);
  std::printf("[ MEASURED ] %zu processes gone %.1f ms after %s was seen\n", processes.size(), took, how.c_str());
  EXPECT_TRUE(how != "SIGKILL" || processes.size() >= 5) << "four workers and a starter";
}

INSTANTIATE_TEST_SUITE_P(By, ProgramEnd,
                         ::testing::Values("return", "exit", "_exit", "quick_exit", "abort", "segv", "exec", "throw",
                                           "SIGKILL", "SIGTERM", "SIGINT"),
                         [](const auto& how) {
                           return std::string(how.param[0] == '_' ? "underscore_exit" : how.param);
                         });

// ---------------------------------------------------------------- pools in static storage

const Program kStatic("static-pool", [](const Arguments&) {
  static Pool pool(2);
  (void)pool.apply_async(nothing);
  return pool.apply(square, 3) == 9 ? 0 : 1;
});

TEST(ProgramEndToo, APoolInStaticStorageIsClosedAndJoined) {
  COHORT_NEEDS_WORKERS();
  EXPECT_EQ(Child::start(kStatic).wait(), exited(0));
}

const Program kStaticBusy("static-busy-pool", [](const Arguments&) -> int {
  static Pool pool(2);
  for (int i = 0; i < 10; ++i) (void)pool.apply_async([] { usleep(1000), std::puts("ran"); });
  std::exit(0);
});

TEST(ProgramEndToo, WhatIsUnderWayIsFinishedFirst) {
  COHORT_NEEDS_WORKERS();
  Child program = Child::start(kStaticBusy);
  EXPECT_EQ(program.lines().size(), 10u);
  EXPECT_EQ(program.wait(), exited(0));
}

const Program kUncaught("uncaught-with-pool", [](const Arguments&) -> int {
  Pool pool(2);
  (void)pool.apply_async(sleep_an_hour);
  pool.apply([] { throw std::runtime_error("nobody catches this"); });
  return 0;
});

TEST(ProgramEndToo, AnErrorNobodyCatchesEndsTheProgramAtOnce) {
  COHORT_NEEDS_WORKERS();
  EXPECT_EQ(Child::start(kUncaught).wait(), killed_by(SIGABRT));
}

// ---------------------------------------------------------------- the starter

TEST(Starter, KilledLeavesNobodyWaiting) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  const auto running = pool.apply_async(wait_at_gate, 0);
  ASSERT_TRUE(arrived(0));
  const pid_t starter = starter_of(pool);
  ASSERT_NE(starter, getpid());
  kill(starter, SIGKILL);
  ASSERT_TRUE(wait_until([&] { return !is_running(starter); }));
  std::vector<AsyncResult<int>> later;
  try {
    for (int i = 0; i < 20; ++i)
      later.push_back(pool.apply_async(
          i % 5 == 0 ? [](int x) { return raise(SIGKILL), x; } : [](int x) { return x; }, i));
  } catch (const Error& e) {
    std::printf("[ MEASURED ] submitting after the starter's death: %s\n", e.what());
  }
  open_gate(0);
  (void)running.outcome();
  int values = 0;
  for (const auto& r : later) values += r.outcome() ? 1 : 0;
  std::printf("[ MEASURED ] %d of %zu tasks done after the starter's death\n", values, later.size());
  pool.terminate();
  pool.join();
}

TEST(Starter, KilledIdlePoolCanBeClosed) {
  COHORT_NEEDS_WORKERS();
  {
    const Pool pool(2);
    kill(starter_of(pool), SIGKILL);
  }
  Pool pool(2);
  kill(starter_of(pool), SIGKILL);
  pool.close();
  pool.join();
}

TEST(Starter, KilledSaysSoAtTheNextDeath) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  EXPECT_EQ(pool.apply(same, 1), 1);
  const pid_t starter = starter_of(pool), worker = pool.workers().at(0).pid();
  kill(starter, SIGKILL);
  kill(worker, SIGKILL);
  ASSERT_TRUE(wait_until([&] { return !is_running(starter) && !is_running(worker); }));
  try {  // another starter may have been found
    EXPECT_EQ(pool.apply(same, 1), 1);
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("starter"), std::string::npos) << e.what();
  }
}

TEST(Starter, StoppedDelaysButHangsNobody) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  const pid_t starter = starter_of(pool);
  kill(starter, SIGSTOP);
  EXPECT_EQ(pool.apply(same, 1), 1);
  COHORT_EXPECT_THROW(WorkerLost, pool.apply([] { raise(SIGKILL); }));  // nobody reaps it, so its pidfd must tell
  pool.terminate();
  pool.join();
}

// ---------------------------------------------------------------- the program's way with SIGCHLD

const Program kSigchld("sigchld", [](const Arguments& arguments) {
  if (arguments.at(0) == "ignored") std::signal(SIGCHLD, SIG_IGN);
  if (arguments.at(0) == "no-zombies") {
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    action.sa_flags = SA_NOCLDWAIT;
    sigaction(SIGCHLD, &action, nullptr);
  }
  if (arguments.at(0) == "reaped")
    std::signal(SIGCHLD, [](int) {
      while (waitpid(-1, nullptr, WNOHANG) > 0) {
      }
    });
  if (arguments.at(0) == "blocked") {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, nullptr);
  }
  {
    Pool pool(2);
    for (int i = 0; i < 20; ++i) {
      const auto result = pool.apply_async([](int x) { return x % 2 == 0 ? (raise(SIGKILL), x) : x; }, i);
      if (static_cast<bool>(result.outcome()) != (i % 2 == 1)) return 1;
      try {
        (void)result.get();
      } catch (const WorkerLost& e) {
        if (i == 0) std::printf("%s\n", e.what());
        if (e.exitcode() != -SIGKILL && e.exitcode() != WorkerLost::kUnknown) return 2;
      }
    }
    if (pool.with({.retries = 1}).map(same, std::vector{1, 2, 3}).size() != 3) return 3;
  }
  Pool never(1);
  (void)never.apply_async(sleep_an_hour);
  never.terminate();
  never.join();
  return children(getpid()).empty() ? 0 : 4;
});

class Sigchld : public ::testing::TestWithParam<const char*> {};

TEST_P(Sigchld, HangsNobody) {
  COHORT_NEEDS_WORKERS();
  Child program = Child::start(kSigchld, {GetParam()});
  const auto line = program.line();
  std::printf("[ MEASURED ] %s: %s\n", GetParam(), line.value_or("").c_str());
  EXPECT_EQ(program.wait(), exited(0));
}

INSTANTIATE_TEST_SUITE_P(Is, Sigchld, ::testing::Values("default", "ignored", "no-zombies", "reaped", "blocked"),
                         [](const auto& way) {
                           std::string name = way.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// ---------------------------------------------------------------- core dumps

const Program kCore("core", [](const Arguments&) {
  rlimit limit{};
  getrlimit(RLIMIT_CORE, &limit);
  limit.rlim_cur = limit.rlim_max;
  if (limit.rlim_max == 0 || setrlimit(RLIMIT_CORE, &limit) != 0) return 77;
  char folder[] = "/tmp/cohort-core-XXXXXX";
  if (mkdtemp(folder) == nullptr || chdir(folder) != 0) return 77;
  int status = 0;
  {
    Pool pool(2);
    (void)pool.apply(square, 1);
    const Stopwatch watch;
    status = pool.apply_async([] { std::signal(SIGSEGV, SIG_DFL), raise(SIGSEGV); }).outcome() ? 1 : 0;
    std::printf("%.1f\n", watch.milliseconds());
    if (pool.apply(square, 2) != 4) status = 2;
  }
  return std::system((std::string("rm -rf ") + folder).c_str()) == 0 ? status : 3;
});

TEST(CoreDump, OfAWorkerDoesNotDelayTheError) {
  COHORT_NEEDS_WORKERS();
  Child program = Child::start(kCore);
  const auto line = program.line();
  const Exit exit = program.wait();
  if (exit == exited(77)) GTEST_SKIP() << "the hard limit of core sizes is 0 here";
  EXPECT_EQ(exit, exited(0));
  std::printf("[ MEASURED ] SIGSEGV with a core to the error: %s ms\n", line.value_or("?").c_str());
}

}  // namespace
}  // namespace cohort::test
