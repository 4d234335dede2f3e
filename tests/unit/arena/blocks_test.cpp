// tests/unit/arena/blocks_test.cpp                      SPDX-License-Identifier: MIT
#include "support/board.hpp"
#include "support/kid.hpp"
#include "support/random.hpp"

#include "arena/arena.hpp"
#include "arena/blocks.hpp"
#include "arena/layout.hpp"
#include "arena/records.hpp"
#include "arena/stats.hpp"
#include "arena/warm.hpp"

#include <gtest/gtest.h>

#include <sys/mman.h>

#include <cstring>
#include <map>
#include <optional>
#include <thread>
#include <vector>

namespace cohort::test {
namespace {

using arena::Block;
using arena::Holder;

Holder me() { return arena::self().holder(); }

void give_back(const Block& block) { EXPECT_TRUE(arena::release(block.offset, me())); }

TEST(Holders, SayWhatTheyAre) {
  EXPECT_FALSE(Holder{});
  EXPECT_EQ(arena::kind_of(Holder{}), arena::HolderKind::nobody);
  const arena::ProcessRef process{7, 9};
  EXPECT_EQ(arena::kind_of(process.holder()), arena::HolderKind::process);
  EXPECT_EQ(arena::payload_of(process.holder()), std::uint64_t{9} << 32 | 7);
  EXPECT_EQ(arena::kind_of(arena::container(~std::uint64_t{0})), arena::HolderKind::container);
  EXPECT_EQ(arena::payload_of(arena::container(42)), 42u);
  EXPECT_NE(arena::container(42), arena::inside(42));
}

TEST(Blocks, AreOfTheNextPowerOfTwoAndAligned) {
  for (const std::size_t bytes : {0, 1, 64, 65, 100, 4096, 4097, 65535}) {
    const Block block = arena::allocate(bytes);
    EXPECT_GE(block.size, std::max<std::size_t>(bytes, 64));
    EXPECT_LT(block.size, 2 * std::max<std::size_t>(bytes, 64));
    EXPECT_EQ(block.offset % std::min<std::uint64_t>(block.size, 4096), 0u);
    std::memset(arena::at<char>(block.offset), 0x5a, block.size);
    EXPECT_EQ(arena::holder_of(block.offset), me());
    EXPECT_EQ(arena::block_at(block.offset)->size, block.size);
    EXPECT_EQ(arena::offset_of(arena::at<char>(block.offset)), block.offset);
    give_back(block);
  }
}

TEST(Blocks, LargeOnesTakeThePagesAskedForAndNoMore) {
  const std::uint64_t before = arena::used();
  const Block block = arena::allocate((40u << 20) + 1);
  EXPECT_EQ(block.size, (40u << 20) + 4096);
  EXPECT_LE(arena::used() - before, block.size + 8192);
  EXPECT_EQ(arena::block_at(block.offset)->size, block.size);
  std::memset(arena::at<char>(block.offset), 1, block.size);
  EXPECT_LE(arena::used() - before, block.size + 8192);
  give_back(block);
}

TEST(Blocks, VeryLargeOnesGiveTheirPagesBack) {
  const std::uint64_t before = arena::used();
  give_back(arena::allocate(arena::warm::kBudget + 4096));
  EXPECT_LE(arena::used(), before + 8192);
}

TEST(Blocks, OnlySoMuchIsKeptWarm) {
  std::vector<Block> blocks;
  for (int i = 0; i < 20; ++i) blocks.push_back(arena::allocate(8u << 20));
  for (const Block& block : blocks) give_back(block);
  const std::uint64_t warm = arena::used();
  EXPECT_GE(arena::trim(), arena::warm::kBudget / 2);
  EXPECT_LE(warm - arena::used(), arena::warm::kBudget + (8u << 20));
}

TEST(Blocks, AWarmOneIsTakenAgain) {
  give_back(arena::allocate(1u << 20));
  const std::uint64_t before = arena::used();
  for (int i = 0; i < 300; ++i) give_back(arena::allocate(1u << 20));
  EXPECT_EQ(arena::used(), before);
}

TEST(Blocks, ChangeHandsOnlyFromTheirHolder) {
  const Block block = arena::allocate(100);
  const Holder box = arena::container(5);
  EXPECT_FALSE(arena::hand_over(block.offset, box, me()));
  EXPECT_TRUE(arena::hand_over(block.offset, me(), box));
  EXPECT_FALSE(arena::hand_over(block.offset, me(), box));
  EXPECT_FALSE(arena::release(block.offset, me()));
  EXPECT_EQ(arena::holder_of(block.offset), box);
  EXPECT_TRUE(arena::release(block.offset, box));
  EXPECT_FALSE(arena::release(block.offset, box));
  EXPECT_FALSE(arena::hand_over(block.offset, {}, me())) << "what nobody holds is allocated, not handed over";
  EXPECT_FALSE(arena::release(block.offset, {}));
}

TEST(Blocks, AreFoundOnlyAtTheirExactStart) {
  const Block small = arena::allocate(256), large = arena::allocate(1u << 17);
  for (const Block& block : {small, large}) {
    EXPECT_TRUE(arena::block_at(block.offset));
    for (const std::uint64_t off : {1u, 8u, 63u, 64u, 128u}) {
      EXPECT_FALSE(arena::block_at(block.offset + off));
      EXPECT_FALSE(arena::release(block.offset + off, me()));
      EXPECT_FALSE(arena::hand_over(block.offset + off, me(), arena::container(1)));
    }
    give_back(block);
    EXPECT_FALSE(arena::block_at(block.offset)) << "nobody holds it";
  }
}

TEST(Blocks, NoOffsetFromOutsideDoesHarm) {
  auto random = random_engine();
  const std::uint64_t before = arena::used();
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t offset = random() >> (random() % 64);
    EXPECT_FALSE(arena::release(offset, arena::container(random())));
    arena::holder_of(offset);
    arena::block_at(offset);
  }
  for (const std::uint64_t offset : {~std::uint64_t{0}, std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 63})
    EXPECT_FALSE(arena::block_at(offset));
  EXPECT_EQ(arena::used(), before) << "looking must not take memory";
}

TEST(Blocks, OfAContainerAreFreedByItsOwnSweep) {
  for (int i = 0; i < 10; ++i) {
    const Block block = arena::allocate(i % 2 ? 100 : 100'000);
    ASSERT_TRUE(arena::hand_over(block.offset, me(), arena::container(static_cast<std::uint64_t>(i))));
  }
  const auto low = [](Holder holder) {
    return arena::kind_of(holder) == arena::HolderKind::container && arena::payload_of(holder) < 6;
  };
  EXPECT_EQ(arena::release_all_if(low), 6u);
  EXPECT_EQ(arena::release_all_if(low), 0u);
  EXPECT_EQ(arena::release_all_if([](Holder holder) { return arena::kind_of(holder) == arena::HolderKind::container; }), 4u);
}

TEST(Blocks, GoWithTheBlockTheyAreInside) {
  const arena::Stats before = arena::stats();
  const Block box = arena::allocate(64);
  Block inner = box;
  for (int depth = 0; depth < 5; ++depth) {
    const Block next = arena::allocate(depth % 2 ? 64 : 100'000);
    ASSERT_TRUE(arena::hand_over(next.offset, me(), arena::inside(inner.offset)));
    inner = next;
  }
  EXPECT_FALSE(arena::release_with_contents(box.offset, arena::container(1)));
  EXPECT_TRUE(arena::release_with_contents(box.offset, me()));
  EXPECT_EQ(arena::stats().blocks_held, before.blocks_held);
}

// --------------------------------------------------------------------------------------------- against a model

struct Owned {
  Holder holder;
  std::uint64_t size;
  unsigned char mark;
};

void fill(std::uint64_t offset, const Owned& owned) { std::memset(arena::at<char>(offset), owned.mark, owned.size); }

bool is_whole(std::uint64_t offset, const Owned& owned) {
  const auto* bytes = arena::at<unsigned char>(offset);
  return bytes[0] == owned.mark && bytes[owned.size / 2] == owned.mark && bytes[owned.size - 1] == owned.mark;
}

// What a map of the blocks would do, the arena does; nobody's bytes change under him.
void random_walk(std::uint64_t seed, int steps) {
  std::mt19937_64 random(seed);
  std::map<std::uint64_t, Owned> model;
  const auto any = [&] { return std::next(model.begin(), static_cast<long>(random() % model.size())); };
  for (int i = 0; i < steps; ++i) {
    const auto what = random() % 8;
    if (model.empty() || (what < 3 && model.size() < 400)) {
      const std::size_t bytes = random() % 16 == 0 ? random() % 300'000 : random() % 3000;
      const Block block = arena::allocate(bytes);
      const Owned owned{me(), block.size, static_cast<unsigned char>(random())};
      ASSERT_TRUE(model.emplace(block.offset, owned).second) << "allocated twice";
      fill(block.offset, owned);
    } else if (what < 5) {
      const auto it = any();
      const Holder next = random() % 2 ? me() : arena::container(random());
      ASSERT_TRUE(arena::hand_over(it->first, it->second.holder, next));
      it->second.holder = next;
    } else {
      const auto it = any();
      ASSERT_TRUE(is_whole(it->first, it->second));
      ASSERT_EQ(arena::holder_of(it->first), it->second.holder);
      ASSERT_TRUE(arena::release(it->first, it->second.holder));
      model.erase(it);
    }
  }
  for (const auto& [offset, owned] : model) {
    ASSERT_TRUE(is_whole(offset, owned));
    ASSERT_TRUE(arena::release(offset, owned.holder));
  }
}

TEST(BlocksAgainstAModel, OneThread) { random_walk(printed_seed(), 40'000); }

TEST(BlocksAgainstAModel, FourThreads) {
  const std::uint64_t seed = printed_seed();
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < 4; ++i) threads.emplace_back([=] { random_walk(seed + i, 10'000); });
  for (auto& thread : threads) thread.join();
}

TEST(BlocksAgainstAModel, ThreeProcessesOfTwoThreads) {
  const std::uint64_t seed = printed_seed();
  const auto body = [=](std::uint64_t process) {
    std::thread other([=] { random_walk(seed + process, 10'000); });
    random_walk(seed + 100 + process, 10'000);
    other.join();
    return ::testing::Test::HasFailure() ? 1 : 0;
  };
  Kid a([&] { return body(1); }), b([&] { return body(2); });
  EXPECT_EQ(body(3), 0);
  EXPECT_EQ(a.bury(), exited(0));
  EXPECT_EQ(b.bury(), exited(0));
}

// Blocks that travel from process to process through slots on a board, each filled by the sender and checked by the taker.
TEST(BlocksAgainstAModel, HandedAroundBetweenProcesses) {
  const arena::Stats before = arena::stats();
  const auto body = [](std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (int i = 0; i < 5'000; ++i) {
      auto& slot = board().number[random() % 16];
      const Block block = arena::allocate(random() % 1000);
      fill(block.offset, {me(), block.size, static_cast<unsigned char>(block.offset >> 6)});
      if (!arena::hand_over(block.offset, me(), arena::container(7))) return 1;
      const auto taken = static_cast<std::uint64_t>(slot.exchange(static_cast<std::int64_t>(block.offset)));
      if (taken == 0) continue;
      const auto found = arena::block_at(taken);
      if (!found || !is_whole(taken, {{}, found->size, static_cast<unsigned char>(taken >> 6)})) return 2;
      if (!arena::release(taken, arena::container(7))) return 3;
    }
    return 0;
  };
  const std::uint64_t seed = printed_seed();
  Kid a([&] { return body(seed); }), b([&] { return body(seed + 1); });
  EXPECT_EQ(body(seed + 2), 0);
  EXPECT_EQ(a.bury(), exited(0));
  EXPECT_EQ(b.bury(), exited(0));
  EXPECT_LE(arena::release_all_if([](Holder holder) { return holder == arena::container(7); }), 16u);
  EXPECT_EQ(arena::stats().blocks_held, before.blocks_held);
}

}  // namespace
}  // namespace cohort::test
