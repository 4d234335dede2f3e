// tests/unit/arena/refs_test.cpp                      SPDX-License-Identifier: MIT
#include <cohort/detail/arena/refs.hpp>

#include "support/board.hpp"
#include "support/kid.hpp"
#include "support/random.hpp"
#include "support/throws.hpp"

#include "arena/arena.hpp"
#include "arena/records.hpp"
#include "arena/references.hpp"
#include "arena/stats.hpp"

#include <cohort/errors.hpp>

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <thread>
#include <vector>

namespace cohort::test {
namespace {

using arena::Ref;

arena::Holder me() { return arena::self().holder(); }

bool exists(std::uint64_t object) { return arena::kind_of(arena::holder_of(object)) == arena::HolderKind::object; }

TEST(Refs, TheLastOneTakesTheObjectAlong) {
  Ref a = Ref::make(100);
  const std::uint64_t object = a.offset();
  EXPECT_GE(a.size(), 100u);
  EXPECT_TRUE(exists(object));
  std::memset(a.bytes(), 7, a.size());
  {
    Ref b = a;
    EXPECT_EQ(a, b);
    a = {};
    EXPECT_TRUE(exists(object));
    Ref c = std::move(b);
    EXPECT_FALSE(b);
    EXPECT_EQ(c.get<char>()[99], 7);
  }
  EXPECT_FALSE(exists(object));
}

TEST(Refs, AProcessHasOneEntryHoweverManyCopies) {
  const Ref a = Ref::make(64);
  const auto references = arena::stats().references;
  const std::vector<Ref> copies(1000, a);
  EXPECT_EQ(arena::stats().references, references);
}

TEST(Refs, MayBeLarge) {
  const Ref a = Ref::make(300'000);
  std::memset(a.bytes(), 1, a.size());
  EXPECT_GE(a.size(), 300'000u);
}

TEST(Refs, TravelInMessages) {
  Ref a = Ref::make(64);
  const std::uint64_t object = a.offset();
  const arena::Block message = arena::allocate(64);
  const auto first = a.to_message(arena::inside(message.offset));
  const auto second = a.to_message(arena::inside(message.offset));
  a = {};
  EXPECT_TRUE(exists(object));
  Ref b = Ref::from_message(arena::inside(message.offset), first);
  Ref c = Ref::from_message(arena::inside(message.offset), second);
  EXPECT_EQ(b, c);
  EXPECT_EQ(b.offset(), object);
  EXPECT_EQ(b.size(), 64u);
  COHORT_EXPECT_THROW(DecodeError, Ref::from_message(arena::inside(message.offset), first), "does not hold");
  b = c = {};
  EXPECT_FALSE(exists(object));
  EXPECT_TRUE(arena::release(message.offset, me()));
}

TEST(Refs, InAMessageThatIsDroppedGoWithIt) {
  Ref a = Ref::make(64);
  const std::uint64_t object = a.offset();
  const arena::Block message = arena::allocate(64);
  a.to_message(arena::inside(message.offset));
  a = {};
  EXPECT_TRUE(exists(object));
  EXPECT_TRUE(arena::release_with_contents(message.offset, me()));
  EXPECT_FALSE(exists(object));
}

TEST(Refs, OfAContainerAreDroppedByItsOwnSweep) {
  const std::uint64_t object = [] {
    Ref a = Ref::make(64, Ref::Contents::owned);
    Ref::make(64).to_message(arena::inside(a.offset()));
    a.to_message(arena::container(12));
    a.to_message(arena::container(13));
    return a.offset();
  }();
  EXPECT_TRUE(exists(object));
  const auto both = [](arena::Holder holder) { return holder == arena::container(12) || holder == arena::container(13); };
  EXPECT_EQ(arena::drop_references_if(both), 2u);
  EXPECT_FALSE(exists(object));
  EXPECT_EQ(arena::drop_references_if(both), 0u);
}

TEST(Refs, NoNumberFromOutsideIsBelieved) {
  const Ref a = Ref::make(64);
  const arena::Block message = arena::allocate(64);
  const auto ticket = a.to_message(arena::inside(message.offset));
  auto random = random_engine();
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t wrong = random() >> (random() % 64);
    if (wrong != ticket)
      COHORT_EXPECT_THROW(DecodeError, Ref::from_message(arena::inside(message.offset), wrong), "does not hold");
  }
  COHORT_EXPECT_THROW(DecodeError, Ref::from_message(arena::container(3), ticket), "does not hold");
  EXPECT_TRUE(arena::release_with_contents(message.offset, me()));
}

TEST(Refs, AnObjectTakesAlongWhatItOwns) {
  const arena::Stats before = arena::stats();
  {
    const Ref queue = Ref::make(64, Ref::Contents::owned);
    for (int i = 0; i < 5; ++i) {
      const arena::Block segment = arena::allocate(1000);
      ASSERT_TRUE(arena::hand_over(segment.offset, me(), arena::inside(queue.offset())));
      Ref::make(64, Ref::Contents::owned).to_message(arena::inside(segment.offset));
    }
    Ref::make(70'000).to_message(arena::inside(queue.offset()));
    EXPECT_EQ(arena::stats().blocks_held, before.blocks_held + 12);
    EXPECT_EQ(arena::stats().references, before.references + 7);
  }
  EXPECT_EQ(arena::stats().blocks_held, before.blocks_held);
  EXPECT_EQ(arena::stats().references, before.references);
}

TEST(Refs, AChainOfOwnersGoesWithoutRecursion) {
  const arena::Stats before = arena::stats();
  {
    Ref next = Ref::make(64);
    for (int i = 0; i < 300; ++i) {
      Ref box = Ref::make(64, Ref::Contents::owned);
      next.to_message(arena::inside(box.offset()));
      next = std::move(box);
    }
  }
  EXPECT_EQ(arena::stats().blocks_held, before.blocks_held);
}

TEST(Refs, AForkedChildHasItsOwnShare) {
  Ref a = Ref::make(64);
  const std::uint64_t object = a.offset();
  a.get<std::atomic<int>>()->store(1);
  Kid kid([&] {
    open_gate(0);
    wait_for_gate(1);
    const bool alive = exists(object) && a.get<std::atomic<int>>()->load() == 2;
    a = {};
    return alive && !exists(object) ? 0 : 1;
  });
  wait_for_gate(0);
  a.get<std::atomic<int>>()->store(2);
  a = {};
  EXPECT_TRUE(exists(object));
  open_gate(1);
  EXPECT_EQ(kid.bury(), exited(0));
  EXPECT_FALSE(exists(object));
}

TEST(Refs, OfADeadProcessAreDropped) {
  Ref a = Ref::make(64);
  const std::uint64_t object = a.offset();
  Kid kid([&] {
    const arena::Block message = arena::allocate(64);
    const Ref own = Ref::make(64);
    a.to_message(arena::inside(message.offset));
    own.to_message(arena::inside(message.offset));
    open_gate(0);
    for (;;) pause();
    return 0;
  });
  wait_for_gate(0);
  a = {};
  EXPECT_TRUE(exists(object));
  kid.kill();
  EXPECT_TRUE(exists(object));
  kid.bury();
  EXPECT_FALSE(exists(object));
}

TEST(Refs, OfAForkThatFailedAreDropped) {
  Ref a = Ref::make(64);
  const std::uint64_t object = a.offset();
  const auto references = arena::stats().references;
  const pid_t pid = ::fork();
  if (pid == 0) {
    for (;;) pause();
  }
  EXPECT_EQ(arena::stats().references, references + 1);
  arena::fork_failed();
  EXPECT_EQ(arena::stats().references, references);
  ::kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  a = {};
  EXPECT_FALSE(exists(object));
}

TEST(Refs, ManyThreadsCopyAndDropThem) {
  const Ref a = Ref::make(64);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      const arena::Block message = arena::allocate(64);
      for (int k = 0; k < 2000; ++k) {
        Ref b = a, c = Ref::make(64);
        const auto ticket = c.to_message(arena::inside(message.offset));
        c = {};
        b = Ref::from_message(arena::inside(message.offset), ticket);
      }
      arena::release(message.offset, me());
    });
  for (auto& thread : threads) thread.join();
}

// Objects go round between processes through messages on a board, while everybody drops and takes and forks.
int pass_around(std::uint64_t seed, int steps) {
  std::mt19937_64 random(seed);
  std::vector<Ref> mine;
  for (int i = 0; i < steps; ++i) {
    if (mine.size() < 3 || random() % 4 == 0) mine.push_back(Ref::make(64, random() % 8 ? Ref::Contents::none : Ref::Contents::owned));
    if (mine.size() > 20) mine.erase(mine.begin() + static_cast<long>(random() % mine.size()));
    Ref& one = mine[random() % mine.size()];
    if (arena::kind_of(arena::holder_of(one.offset())) != arena::HolderKind::object) return 1;
    const arena::Block message = arena::allocate(64);
    *arena::at<std::uint64_t>(message.offset) = one.to_message(arena::inside(message.offset));
    if (!arena::hand_over(message.offset, me(), arena::container(9))) return 2;
    auto& slot = board().number[random() % 8];
    const auto taken = static_cast<std::uint64_t>(slot.exchange(static_cast<std::int64_t>(message.offset)));
    if (taken == 0) continue;
    if (!arena::hand_over(taken, arena::container(9), me())) return 3;
    if (random() % 3 == 0) {
      if (!arena::release_with_contents(taken, me())) return 4;
      continue;
    }
    mine.push_back(Ref::from_message(arena::inside(taken), *arena::at<std::uint64_t>(taken)));
    if (!arena::release(taken, me())) return 5;
  }
  return 0;
}

TEST(Refs, GoRoundBetweenProcessesAndNoneIsLost) {
  const arena::Stats before = arena::stats();
  const std::uint64_t seed = printed_seed();
  {
    Kid a([&] { return pass_around(seed, 2000); }), b([&] { return pass_around(seed + 1, 2000); });
    EXPECT_EQ(pass_around(seed + 2, 2000), 0);
    EXPECT_EQ(a.bury(), exited(0));
    EXPECT_EQ(b.bury(), exited(0));
  }
  for (auto& slot : board().number)
    if (const auto left = static_cast<std::uint64_t>(slot.exchange(0)); left != 0) {
      EXPECT_TRUE(arena::release_with_contents(left, arena::container(9)));
    }
  EXPECT_EQ(arena::stats().blocks_held, before.blocks_held);
  EXPECT_EQ(arena::stats().references, before.references);
}

TEST(Refs, GoRoundWhileProcessesAreKilled) {
  const arena::Stats before = arena::stats();
  const std::uint64_t seed = printed_seed();
  std::mt19937_64 random(seed);
  for (std::uint64_t round = 0; round < 20; ++round) {
    Kid a([&] { return pass_around(seed + round, 1'000'000); }), b([&] { return pass_around(seed + 50 + round, 1'000'000); });
    usleep(static_cast<useconds_t>(random() % 20'000));
    a.kill();
    a.bury();
    b.kill();
    b.bury();
  }
  // A message that was handed over and never put on the board is the container's: here, the board's.
  for (auto& slot : board().number) slot = 0;
  std::vector<std::uint64_t> left;
  arena::for_each_held_block([&](const arena::Place& place, arena::Holder holder) {
    if (holder == arena::container(9)) left.push_back(place.offset());
  });
  for (const std::uint64_t message : left) EXPECT_TRUE(arena::release_with_contents(message, arena::container(9)));
  EXPECT_EQ(arena::stats().blocks_held, before.blocks_held);
  EXPECT_EQ(arena::stats().references, before.references);
}

}  // namespace
}  // namespace cohort::test
