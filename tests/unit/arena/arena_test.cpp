// tests/unit/arena/arena_test.cpp                      SPDX-License-Identifier: MIT
#include "support/child.hpp"
#include "support/inventory.hpp"
#include "support/kid.hpp"
#include "support/throws.hpp"

#include "arena/arena.hpp"
#include "arena/limit.hpp"
#include "arena/open.hpp"
#include "arena/records.hpp"
#include "arena/segment.hpp"
#include "arena/stats.hpp"

#include <cohort/errors.hpp>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace cohort::test {
namespace {

// What the arena keeps for good is made before the first test, so that every test is a leak test.
const WarmUp arena_is_open([] { arena::thread_self(); });

const CountsAre what_the_arena_holds([]() -> std::map<std::string, std::uint64_t> {
  const arena::Stats now = arena::stats();
  return {{"blocks of the arena", now.blocks_held},
          {"references", now.references},
          {"process records", now.processes},
          {"thread records", now.threads}};
});

// --------------------------------------------------------------------------------------------- amounts of memory

TEST(Memory, AmountsAreReadWithAndWithoutSuffix) {
  EXPECT_EQ(arena::parse_bytes("X", "1048576"), 1u << 20);
  EXPECT_EQ(arena::parse_bytes("X", "2048K"), 2u << 20);
  EXPECT_EQ(arena::parse_bytes("X", "64m"), 64u << 20);
  EXPECT_EQ(arena::parse_bytes("X", "3G"), std::uint64_t{3} << 30);
  EXPECT_EQ(arena::parse_bytes("X", "1T"), std::uint64_t{1} << 40);
}

TEST(Memory, OtherAmountsAreRefusedByName) {
  for (const char* text : {"", "x", "M", "12X", "12MB", "-1G", " 1G", "1.5G", "99999999999999999999", "99999999T", "4K", "0"})
    COHORT_EXPECT_THROW(std::invalid_argument, arena::parse_bytes("COHORT_MEMORY", text), "COHORT_MEMORY", text, "512M");
}

TEST(Memory, AmountsAreSaidInTheLargestUnit) {
  EXPECT_EQ(arena::bytes_text(0), "0 bytes");
  EXPECT_EQ(arena::bytes_text(4096), "4 KiB");
  EXPECT_EQ(arena::bytes_text(3 << 19), "1.5 MiB");
  EXPECT_EQ(arena::bytes_text(std::uint64_t{1} << 40), "1 TiB");
}

// --------------------------------------------------------------------------------------------- the segment

TEST(Arena, IsOneNamelessFileThatCannotShrink) {
  char target[64] = {};
  const std::string link = "/proc/self/fd/" + std::to_string(arena::fd());
  ASSERT_GT(readlink(link.c_str(), target, sizeof target - 1), 0);
  EXPECT_STREQ(target, "/memfd:cohort (deleted)");
  EXPECT_NE(ftruncate(arena::fd(), 4096), 0);
  EXPECT_NE(fcntl(arena::fd(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(Arena, OpeningAgainChangesNothing) {
  const std::byte* const base = arena::base();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([] { arena::open(); });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(arena::base(), base);
}

TEST(Arena, StaysOutOfCoreDumps) {
  std::ifstream maps("/proc/self/smaps");
  bool inside = false, seen = false;
  for (std::string line; std::getline(maps, line);) {
    if (line.find("memfd:cohort") != std::string::npos) inside = true;
    if (inside && line.starts_with("VmFlags:")) {
      EXPECT_NE(line.find(" dd"), std::string::npos) << line;
      seen = true;
      inside = false;
    }
  }
  EXPECT_TRUE(seen);
}

std::string run_to_end(const Program& program, const std::map<std::string, std::string>& environment = {}) {
  Kid kid(Child::start(program, {}, environment));
  std::string text;
  for (const std::string& line : kid.child().lines()) text += line + "\n";
  EXPECT_EQ(kid.bury(), exited(0)) << text;
  return text;
}

const Program costs("arena_costs", [](const Arguments&) {
  arena::thread_self();
  arena::allocate(64);
  std::printf("%llu\n", static_cast<unsigned long long>(arena::used()));
  return 0;
});

TEST(Arena, CostsLittleToBeginWith) { EXPECT_LE(std::stoull(run_to_end(costs)), 48u << 10); }

const Program with_bad_limit("arena_bad_limit", [](const Arguments&) {
  try {
    arena::open();
  } catch (const std::invalid_argument& e) {
    std::puts(e.what());
    setenv("COHORT_MEMORY", "16M", 1);
    arena::open();
    std::puts(arena::limit() == 16u << 20 ? "opened" : "wrong limit");
  }
  return 0;
});

TEST(Arena, RefusesABadLimitAndOpensWithAGoodOne) {
  const std::string text = run_to_end(with_bad_limit, {{"COHORT_MEMORY", "lots"}});
  EXPECT_NE(text.find("COHORT_MEMORY=\"lots\""), std::string::npos) << text;
  EXPECT_NE(text.find("opened"), std::string::npos) << text;
}

std::string message_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

const Program with_small_limit("arena_small_limit", [](const Arguments& arguments) {
  const std::size_t size = std::stoull(arguments.at(0));
  const arena::Holder me = arena::self().holder();
  for (int round = 0; round < 3; ++round) {
    std::vector<arena::Block> blocks;
    const std::string text = message_of([&] {
      for (;;) blocks.push_back(arena::allocate(size));
    });
    if (round == 0) std::puts(text.c_str());
    if (arena::used() > 16u << 20) return 1;
    if (blocks.size() * size < 10u << 20) return 2;
    for (const arena::Block& block : blocks)
      if (!arena::release(block.offset, me)) return 3;
  }
  // What small blocks keep, large ones cannot have; the other way round they can.
  return size >= 65536 && arena::allocate(64).offset == 0 ? 4 : 0;
});

TEST(Arena, ReachingTheLimitIsAnErrorThatSaysWhatToDo) {
  for (const char* size : {"64", "4096", "40000", "65536", "1500000"}) {
    Kid kid(Child::start(with_small_limit, {size}, {{"COHORT_MEMORY", "16M"}}));
    const std::string text = kid.child().line().value_or("");
    EXPECT_EQ(kid.bury(), exited(0)) << size;
    for (const char* part : {"limit of 16 MiB", "in use", "COHORT_MEMORY"})
      EXPECT_NE(text.find(part), std::string::npos) << text;
  }
}

const Program with_little_address_space("arena_little_space", [](const Arguments&) {
  const rlimit limit{std::uint64_t{24} << 30, std::uint64_t{24} << 30};
  setrlimit(RLIMIT_AS, &limit);
  arena::open();
  const arena::Block block = arena::allocate(100u << 20);
  std::memset(arena::at<char>(block.offset), 1, block.size);
  std::puts(arena::segment().reservation() == std::uint64_t{16} << 30 ? "half as often as needed" : "?");
  std::puts(message_of([] { arena::allocate(std::size_t{1} << 34); }).c_str());
  return 0;
});

TEST(Arena, TakesWhatAddressSpaceThereIs) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer needs terabytes of address space for itself";
#endif
  const std::string text = run_to_end(with_little_address_space);
  EXPECT_NE(text.find("half as often as needed"), std::string::npos) << text;
  EXPECT_NE(text.find("no room for 16 GiB"), std::string::npos) << text;
}

const Program with_closed_descriptor("arena_closed", [](const Arguments&) {
  arena::open();
  const int other = ::open("/proc/self/exe", O_RDONLY);
  dup2(other, arena::fd());  // as after a loop over all descriptors and an open
  std::puts(message_of([] { arena::allocate(1u << 20); }).c_str());
  return 0;
});

TEST(Arena, NeverTouchesAnotherFileThatGotItsNumber) {
  EXPECT_NE(run_to_end(with_closed_descriptor).find("descriptor of the shared memory was closed"), std::string::npos);
}

// --------------------------------------------------------------------------------------------- by descriptor

const Program attacher("arena_attacher", [](const Arguments& arguments) {
  const auto number = [&](std::size_t i) { return static_cast<std::uint32_t>(std::stoul(arguments.at(i))); };
  arena::attach(static_cast<int>(number(0)), {number(1), number(2)});
  std::puts(arena::at<char>(std::stoull(arguments.at(3))));
  std::fflush(stdout);
  return arena::self() == arena::ProcessRef{number(1), number(2)} ? 0 : 1;
});

TEST(Arena, IsFoundByAnotherImageThroughItsDescriptor) {
  const arena::Block block = arena::allocate(64);
  std::strcpy(arena::at<char>(block.offset), "seen elsewhere");
  const arena::ProcessRef next = arena::claim_child();
  ASSERT_TRUE(next);
  const int passed = fcntl(arena::fd(), F_DUPFD, 200);  // not closed by exec
  Child child = Child::start(attacher, {std::to_string(passed), std::to_string(next.index), std::to_string(next.generation),
                                        std::to_string(block.offset)});
  arena::fork_failed();  // Child::start forked, but what runs is another image
  EXPECT_EQ(child.line(), "seen elsewhere");
  EXPECT_EQ(child.wait(), exited(0));
  EXPECT_TRUE(arena::is_alive(next));
  arena::process_died(next);
  EXPECT_FALSE(arena::is_alive(next));
  ::close(passed);
  EXPECT_TRUE(arena::release(block.offset, arena::self().holder()));
}

TEST(Arena, DoesNotTakeAnyFileForOne) {
  Kid kid([] {
    const int fd = memfd_create("other", MFD_CLOEXEC);
    const bool sized = ftruncate(fd, off_t{1} << 33) == 0;
    try {
      arena::attach_segment(fd);
    } catch (const Error&) {
      return sized ? 0 : 2;
    }
    return 1;
  });
  EXPECT_EQ(kid.bury(), exited(0));
}

}  // namespace
}  // namespace cohort::test
