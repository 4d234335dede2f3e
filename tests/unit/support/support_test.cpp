// tests/unit/support/support_test.cpp                      SPDX-License-Identifier: MIT
// The tests' own tools: a leak check or a watchdog that sees nothing would make every other test say less than it seems
// to.
#include "support/board.hpp"
#include "support/child.hpp"
#include "support/inventory.hpp"
#include "support/processes.hpp"
#include "support/throws.hpp"
#include "support/watchdog.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <csignal>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>

namespace cohort::test {
namespace {

using std::chrono::seconds;

TEST(Inventory, SeesADescriptor) {
  const Inventory before = take_inventory();
  const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_NE(growth(before, take_inventory()).find("/dev/null"), std::string::npos);
  close(fd);
  EXPECT_EQ(growth(before, take_inventory()), "");
}

TEST(Inventory, SeesAProcessAndItsZombie) {
  const Inventory before = take_inventory();
  Child child = Child::fork([] { return 0; });
  ASSERT_TRUE(wait_until([&] { return !is_running(child.pid()); }));
  EXPECT_NE(growth(before, take_inventory()).find("state Z"), std::string::npos);
  EXPECT_EQ(child.wait(), exited(0));
}

TEST(Inventory, SeesAThread) {
  const Inventory before = take_inventory();
  std::thread thread([] { wait_for_gate(0); });
  EXPECT_NE(growth(before, take_inventory()).find("thread"), std::string::npos);
  open_gate(0);
  thread.join();
}

TEST(Inventory, SeesANameInSharedMemory) {
  const Inventory before = take_inventory();
  const std::string name = "/support-test-" + std::to_string(getpid());
  const int fd = shm_open(name.c_str(), O_CREAT | O_RDWR, 0600);
  EXPECT_NE(growth(before, take_inventory()).find(name.substr(1)), std::string::npos);
  shm_unlink(name.c_str());
  close(fd);
}

const Program kOrphan("support-orphan", [](const Arguments&) {
  if (const pid_t child = fork(); child > 0) std::printf("%d\n", static_cast<int>(child));
  std::fflush(stdout);
  pause();
  return 0;
});

TEST(Inventory, SeesAnOrphan) {
  Child parent = Child::start(kOrphan);
  const auto orphan = std::stoi(parent.line().value_or("0"));
  ASSERT_GT(orphan, 0);
  parent.kill(SIGKILL);
  EXPECT_EQ(parent.wait(), killed_by(SIGKILL));
  const auto seen = [&] {
    const auto all = descendants(root_of_tests());
    return std::any_of(all.begin(), all.end(), [&](const ProcessInfo& p) { return p.pid == orphan; });
  };
  EXPECT_TRUE(seen());
  kill(orphan, SIGKILL);
  EXPECT_TRUE(wait_until([&] { return !seen(); })) << "the watchdog reaps what it adopted";
}

const Program kHang("support-hang", [](const Arguments&) {
  return guarded([] {
    expect_within("a step that hangs", seconds(1));
    if (const pid_t child = fork(); child > 0) std::printf("%d\n", static_cast<int>(child));
    std::fflush(stdout);
    pause();
    return 0;
  });
});

TEST(Watchdog, EndsWhatHangsWithAllItsProcesses) {
  Child child = Child::start(kHang);
  const auto grandchild = child.line();
  EXPECT_EQ(child.wait(), exited(124));
  EXPECT_FALSE(is_running(std::stoi(grandchild.value_or("0"))));
}

const Program kLeaver("support-leaver", [](const Arguments&) {
  return guarded([] {
    if (fork() == 0) pause();
    return 0;
  });
});

TEST(Watchdog, FailsAProgramThatLeavesAProcessBehind) { EXPECT_EQ(Child::start(kLeaver).wait(), exited(1)); }

const Program kCrash("support-crash", [](const Arguments&) {
  return guarded([] {
    raise(SIGKILL);
    return 0;
  });
});

TEST(Watchdog, TellsThatTheProgramWasKilled) { EXPECT_EQ(Child::start(kCrash).wait(), exited(128 + SIGKILL)); }

TEST(Child, GivesItsLinesAndItsEnd) {
  Child child = Child::fork([] {
    std::puts("one\ntwo");
    return 7;
  });
  EXPECT_EQ(child.lines(), (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(child.wait(), exited(7));
  EXPECT_EQ(child.wait(), exited(7)) << "as often as asked";
}

TEST(ExpectThrow, LooksAtTypeAndText) {
  COHORT_EXPECT_THROW(std::logic_error, throw std::invalid_argument("no workers: 0"), "workers", "0");
}

}  // namespace
}  // namespace cohort::test
