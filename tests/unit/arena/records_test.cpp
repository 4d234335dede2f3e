// tests/unit/arena/records_test.cpp                      SPDX-License-Identifier: MIT
#include "support/board.hpp"
#include "support/clock.hpp"
#include "support/kid.hpp"
#include "support/throws.hpp"

#include "arena/arena.hpp"
#include "arena/processes.hpp"
#include "arena/records.hpp"
#include "arena/stats.hpp"
#include "os/futex.hpp"

#include <cohort/errors.hpp>

#include <gtest/gtest.h>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace cohort::test {
namespace {

using arena::ProcessRef;
using arena::ThreadRef;
using namespace std::chrono_literals;

// Two words in one of the board's numbers.
void tell(std::size_t i, std::uint32_t index, std::uint32_t generation) {
  board().number[i] = static_cast<std::int64_t>(std::uint64_t{generation} << 32 | index);
}
template <class R>
R told(std::size_t i) {
  const auto word = static_cast<std::uint64_t>(board().number[i].load());
  return {static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word >> 32)};
}

// --------------------------------------------------------------------------------------------- processes

TEST(Processes, KnowThemselves) {
  const ProcessRef me = arena::self();
  EXPECT_TRUE(me);
  EXPECT_EQ(arena::self(), me);
  EXPECT_TRUE(arena::is_alive(me));
  EXPECT_EQ(arena::pid_of(me), getpid());
  arena::process_died(me);
  EXPECT_TRUE(arena::is_alive(me)) << "nobody sweeps himself";
}

TEST(Processes, AreRecognizedByNoOtherReference) {
  const ProcessRef me = arena::self();
  for (const ProcessRef other : {ProcessRef{}, ProcessRef{me.index, me.generation + 1}, ProcessRef{~0u, 1}, ProcessRef{60'000, 1}}) {
    EXPECT_FALSE(arena::is_alive(other));
    EXPECT_EQ(arena::pid_of(other), 0);
    arena::process_died(other);
  }
  EXPECT_TRUE(arena::is_alive(me));
}

TEST(Processes, AChildIsSomebodyElseAndItsParentKnowsWho) {
  Kid kid([] {
    const ProcessRef me = arena::self();
    tell(0, me.index, me.generation);
    return arena::pid_of(me) == getpid() ? 0 : 1;
  });
  EXPECT_TRUE(kid.ref());
  EXPECT_NE(kid.ref(), arena::self());
  EXPECT_EQ(kid.wait(), exited(0));
  EXPECT_EQ(told<ProcessRef>(0), kid.ref());
  EXPECT_TRUE(arena::is_alive(kid.ref())) << "dead, but not yet swept";
  kid.bury();
  EXPECT_FALSE(arena::is_alive(kid.ref()));
  Kid next([] { return 0; });
  EXPECT_NE(next.ref(), kid.ref());
}

TEST(Processes, AChildOfAThreadToo) {
  std::thread([] {
    Kid kid([] { return arena::self() ? 0 : 1; });
    EXPECT_EQ(kid.bury(), exited(0));
  }).join();
}

TEST(Processes, ForksOfManyThreadsAtOnceKeepTheirChildrenApart) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([] {
      for (int k = 0; k < 20; ++k) {
        const pid_t pid = ::fork();
        if (pid == 0) _exit(arena::self() ? 0 : 1);
        const ProcessRef born = arena::born();
        int status = 0;
        waitpid(pid, &status, 0);
        EXPECT_EQ(status, 0);
        EXPECT_EQ(arena::pid_of(born), pid);
        arena::process_died(born);
      }
    });
  for (auto& thread : threads) thread.join();
}

TEST(Processes, WhatADeadOneHeldIsFreed) {
  const arena::Stats before = arena::stats();
  Kid kid([] {
    for (int i = 0; i < 100; ++i) arena::allocate(i % 10 ? 100 : 100'000);
    arena::thread_self();
    open_gate(0);
    for (;;) pause();
    return 0;
  });
  wait_for_gate(0);
  EXPECT_EQ(arena::stats().blocks_held, before.blocks_held + 100);
  kid.kill();
  kid.bury();
  kid.bury();
  const arena::Stats after = arena::stats();
  EXPECT_EQ(after.blocks_held, before.blocks_held);
  EXPECT_EQ(after.processes, before.processes);
  EXPECT_EQ(after.threads, before.threads);
}

TEST(Processes, AFailedForkLeavesNothing) {
  const arena::Stats before = arena::stats();
  // As fork() does: the handlers run, and there is no child.
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::kill(getpid(), SIGSTOP);  // no instruction of ours before it is dropped
    bool threw = false;
    try {
      arena::self();
    } catch (const Error&) {
      threw = true;
    }
    _exit(threw ? 0 : 1);
  }
  const ProcessRef prepared = arena::born();
  waitpid(pid, nullptr, WUNTRACED);
  EXPECT_TRUE(arena::is_alive(prepared));
  arena::fork_failed();
  EXPECT_FALSE(arena::is_alive(prepared));
  EXPECT_FALSE(arena::born());
  EXPECT_EQ(arena::stats().processes, before.processes);
  ::kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
}

// A fork that runs no handlers.
pid_t bare_fork() { return static_cast<pid_t>(syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr)); }

TEST(Processes, AChildMadePastTheHandlersIsNobodyAndSaysSo) {
  const pid_t pid = bare_fork();
  if (pid == 0) {
    try {
      arena::allocate(64);
    } catch (const Error& e) {
      _exit(std::string_view(e.what()).find("use fork()") != std::string_view::npos ? 0 : 2);
    }
    _exit(1);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(Processes, DescendantsAreFoundThroughTheDead) {
  Kid kid([] {
    const pid_t inner = ::fork();
    if (inner == 0) {
      const ProcessRef me = arena::self();
      tell(1, me.index, me.generation);
      board().pid[0] = getpid();
      open_gate(0);
      for (;;) pause();
    }
    for (;;) pause();
    return 0;
  });
  wait_for_gate(0);
  const auto grandchild = told<ProcessRef>(1);
  EXPECT_EQ(arena::descendants(kid.ref()), std::vector{grandchild});
  const auto mine = arena::descendants(arena::self());
  EXPECT_NE(std::ranges::find(mine, kid.ref()), mine.end());
  EXPECT_NE(std::ranges::find(mine, grandchild), mine.end());
  kid.kill();
  kid.bury();
  EXPECT_EQ(arena::descendants(kid.ref()), std::vector{grandchild});
  EXPECT_TRUE(arena::is_alive(grandchild));
  ::kill(board().pid[0], SIGKILL);
  arena::process_died(grandchild);
  EXPECT_TRUE(arena::descendants(kid.ref()).empty());
}

TEST(Processes, AChildThatNobodyReportsIsSweptAtALaterFork) {
  const arena::Stats before = arena::stats();
  for (int i = 0; i < 200; ++i) {
    const pid_t pid = ::fork();  // by code that knows nothing of us
    if (pid == 0) _exit(0);
    waitpid(pid, nullptr, 0);
  }
  EXPECT_LE(arena::stats().processes, before.processes + 64);
  arena::look_after_children();
  EXPECT_EQ(arena::stats().processes, before.processes);
}

TEST(Processes, AReportedOneIsNotSweptByLooking) {
  Kid kid([] { return 0; });
  kid.wait();
  arena::look_after_children();
  EXPECT_TRUE(arena::is_alive(kid.ref()));
}

// --------------------------------------------------------------------------------------------- threads

TEST(Threads, KnowThemselves) {
  const ThreadRef me = arena::thread_self();
  EXPECT_EQ(arena::thread_self(), me);
  EXPECT_FALSE(arena::thread_is_dead(me));
  EXPECT_TRUE(arena::thread_is_dead({}));
  EXPECT_TRUE(arena::thread_is_dead({me.index, me.generation + 1}));
  EXPECT_TRUE(arena::thread_is_dead({~0u, 1}));
  EXPECT_EQ(arena::life_word({}), nullptr);
}

TEST(Threads, AreDeadWhenTheyEnd) {
  ThreadRef other;
  std::thread([&] { other = arena::thread_self(); }).join();
  EXPECT_NE(other, arena::thread_self());
  EXPECT_TRUE(arena::thread_is_dead(other));
  EXPECT_FALSE(arena::thread_is_dead(arena::thread_self()));
}

TEST(Threads, RecordsAreUsedAgain) {
  std::uint32_t highest = 0;
  for (int i = 0; i < 300; ++i) std::thread([&] { highest = std::max(highest, arena::thread_self().index); }).join();
  EXPECT_LT(highest, 200u);
}

TEST(Threads, ManyAtOnceHaveOneEach) {
  std::vector<ThreadRef> refs(100);
  std::vector<std::thread> threads;
  std::atomic<int> running{0};
  for (auto& ref : refs)
    threads.emplace_back([&] {
      ref = arena::thread_self();
      ++running;
      while (running < 100) std::this_thread::sleep_for(1ms);
    });
  for (auto& thread : threads) thread.join();
  for (std::size_t i = 0; i < refs.size(); ++i)
    for (std::size_t k = 0; k < i; ++k) EXPECT_NE(refs[i], refs[k]);
}

TEST(Threads, AKilledProcessIsSeenByItsLifeWord) {
  Kid kid([] {
    const ThreadRef me = arena::thread_self();
    tell(0, me.index, me.generation);
    open_gate(0);
    for (;;) pause();
    return 0;
  });
  wait_for_gate(0);
  const auto thread = told<ThreadRef>(0);
  EXPECT_FALSE(arena::thread_is_dead(thread));
  ::kill(kid.pid(), SIGKILL);
  EXPECT_TRUE(wait_until([&] { return arena::thread_is_dead(thread); }));
  EXPECT_NE(arena::life_word(thread)->load() & FUTEX_OWNER_DIED, 0u);
  kid.bury();
  EXPECT_TRUE(arena::thread_is_dead(thread));
}

TEST(Threads, ExecEndsThemForUs) {
  Kid kid([] {
    const ThreadRef me = arena::thread_self();
    tell(0, me.index, me.generation);
    open_gate(0);
    execlp("sleep", "sleep", "1000", nullptr);
    return 1;
  });
  wait_for_gate(0);
  EXPECT_TRUE(wait_until([&] { return arena::thread_is_dead(told<ThreadRef>(0)); }));
}

TEST(Threads, WhoeverSleptWhereADeadOneSleptIsWoken) {
  const arena::Block block = arena::allocate(64);
  auto& word = *arena::at<std::atomic<std::uint32_t>>(block.offset);
  word = 0;
  Kid kid([&] {
    arena::thread_self();
    arena::waiting_on(block.offset);
    open_gate(0);
    for (;;) os::futex_wait(word, 0, std::chrono::steady_clock::now() + 1h);
    return 0;
  });
  wait_for_gate(0);
  std::atomic<bool> awake{false};
  std::thread sleeper([&] {
    os::futex_wait(word, 0, std::chrono::steady_clock::now() + 1h);
    awake = true;
  });
  std::this_thread::sleep_for(20ms);
  EXPECT_FALSE(awake);
  kid.kill();
  EXPECT_FALSE(awake);
  kid.bury();
  EXPECT_TRUE(wait_until([&] { return awake.load(); }));
  word = 1;
  os::futex_wake(word, 1);
  sleeper.join();
  EXPECT_TRUE(arena::release(block.offset, arena::self().holder()));
}

}  // namespace
}  // namespace cohort::test
