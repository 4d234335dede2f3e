// tests/unit/arena/damage_test.cpp                      SPDX-License-Identifier: MIT
// Whatever a process writes over the arena's own words, another process's calls end: with what they should do, or Error.
#include <cohort/detail/arena/refs.hpp>

#include "support/child.hpp"
#include "support/kid.hpp"
#include "support/random.hpp"

#include "arena/arena.hpp"
#include "arena/record_table.hpp"
#include "arena/records.hpp"
#include "arena/references.hpp"
#include "arena/segment.hpp"
#include "arena/stats.hpp"

#include <cohort/errors.hpp>

#include <gtest/gtest.h>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace cohort::test {
namespace {

using Random = std::mt19937_64;

std::atomic<std::uint64_t>& word_at(std::uint64_t offset) { return *arena::at<std::atomic<std::uint64_t>>(offset & ~std::uint64_t{7}); }

// A value that is likelier to be taken for something than a random one.
std::uint64_t mean_value(Random& random, std::uint64_t old) {
  switch (random() % 8) {
    case 0:
      return 0;
    case 1:
      return ~std::uint64_t{0};
    case 2:
      return old + 1;
    case 3:
      return old ^ std::uint64_t{1} << random() % 64;
    case 4:
      return random() % 16 << 60 | (random() & 0xf) << 32 | random() % 8;
    case 5:
      return word_at(random() % (arena::kPage)).load();
    default:
      return random() >> random() % 64;
  }
}

// One of the places where something is.
std::uint64_t target(Random& random) {
  const arena::Segment& s = arena::segment();
  const std::uint64_t zone = s.zone();
  switch (random() % 6) {
    case 0:
      return random() % 4096;
    case 1:
      return zone / 16 + random() % 4096;
    case 2:
      return zone / 8 + random() % 4096;
    case 3:
      return zone / 4 + random() % 8192;
    case 4:
      return s.tables[random() % s.classes] + random() % 256;
    default:
      return zone * (1 + random() % s.classes) + random() % 4096;
  }
}

void scribble(Random& random) {
  auto& word = word_at(target(random));
  word = mean_value(random, word);
}

// Everything once. Whatever is thrown must be ours.
void try_all(Random& random) {
  const auto attempt = [](const std::function<void()>& f) {
    try {
      f();
    } catch (const Error&) {
    }
  };
  const arena::Holder me = arena::self().holder();
  for (const std::size_t bytes : {64, 3000, 100'000, 3'000'000})
    attempt([&] {
      const arena::Block block = arena::allocate(bytes);
      *arena::at<char>(block.offset) = 1;
      arena::at<char>(block.offset)[bytes - 1] = 1;
      if (random() % 2) arena::release(block.offset, me);
    });
  attempt([&] {
    arena::Ref a = arena::Ref::make(64, random() % 2 ? arena::Ref::Contents::owned : arena::Ref::Contents::none), b = a;
    const arena::Block message = arena::allocate(64);
    const auto ticket = a.to_message(arena::inside(message.offset));
    b = {};
    if (random() % 2) a = arena::Ref::from_message(arena::inside(message.offset), ticket);
    arena::release_with_contents(message.offset, me);
  });
  attempt([] { std::thread([] { try { arena::thread_self(); } catch (const Error&) {} }).join(); });
  attempt([] {
    const pid_t pid = ::fork();
    if (pid == 0) {
      try {
        arena::allocate(100);
      } catch (const Error&) {
      }
      _exit(0);
    }
    const arena::ProcessRef born = arena::born();
    waitpid(pid, nullptr, 0);
    arena::process_died(born);
  });
  arena::stats();
  arena::descendants({static_cast<std::uint32_t>(random() % 8), static_cast<std::uint32_t>(random() % 8)});
  arena::process_died({static_cast<std::uint32_t>(random() % 8), static_cast<std::uint32_t>(random() % 8)});
  arena::look_after_children();
  arena::release_all_if([&](arena::Holder) { return random() % 16 == 0; });
}

// A process with an arena of its own, in which everything was used once. Ends by SIGALRM if something hangs.
int damaged_from_the_start(std::uint64_t seed, const std::function<void(Random&)>& work) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    alarm(30);
    Random random(seed);
    try_all(random);
    work(random);
    _exit(0);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return status;
}

void between_calls(Random& random) {
  for (int round = 0; round < 20; ++round) {
    for (std::uint64_t i = random() % 8; i-- > 0;) scribble(random);
    try_all(random);
  }
}

void all_the_time(Random& random) {
  const pid_t scribbler = ::fork();
  if (scribbler == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (Random own(random());;) scribble(own);
  }
  for (int round = 0; round < 20; ++round) try_all(random);
  ::kill(scribbler, SIGKILL);
  waitpid(scribbler, nullptr, 0);
}

const Program damage("arena_damage", [](const Arguments& arguments) {
  const std::uint64_t seed = std::stoull(arguments.at(0)), rounds = std::stoull(arguments.at(2));
  const bool always = arguments.at(1) == "always";
  for (std::uint64_t i = 0; i < rounds; ++i)
    if (const int status = damaged_from_the_start(seed + i, always ? all_the_time : between_calls); status != 0) {
      std::printf("seed %llu: signal %d\n", static_cast<unsigned long long>(seed + i), WTERMSIG(status));
      return 1;
    }
  return 0;
});

void survives(const char* when, const char* rounds) {
  const std::uint64_t seed = printed_seed();
  Kid kid(Child::start(damage, {std::to_string(seed), when, rounds}, {{"COHORT_MEMORY", "64M"}}));
  std::string text;
  for (const std::string& line : kid.child().lines()) text += line + "\n";
  EXPECT_EQ(kid.bury(), exited(0)) << text;
}

TEST(Damage, BetweenCallsIsAnErrorOrNothing) { survives("between", "60"); }
TEST(Damage, AllTheTimeIsAnErrorOrNothing) { survives("always", "20"); }

const Program with_broken_header("arena_broken_header", [](const Arguments&) {
  arena::open();
  arena::header().magic = 1;
  try {
    arena::allocate(64);
  } catch (const Error& e) {
    std::puts(e.what());
    return 0;
  }
  return 1;
});

TEST(Damage, OfTheHeaderIsSaid) {
  Kid kid(Child::start(with_broken_header));
  EXPECT_NE(kid.child().line().value_or("").find("shared memory was damaged"), std::string::npos);
  EXPECT_EQ(kid.bury(), exited(0));
}

}  // namespace
}  // namespace cohort::test
