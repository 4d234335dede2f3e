// tests/kill/arena_sweep_test.cpp                      SPDX-License-Identifier: MIT
#include <cohort/detail/arena/refs.hpp>

#include "support/board.hpp"
#include "support/clock.hpp"
#include "support/kid.hpp"
#include "support/watchdog.hpp"

#include "arena/arena.hpp"
#include "arena/place.hpp"
#include "arena/records.hpp"
#include "arena/segment.hpp"
#include "arena/stats.hpp"
#include "arena/step.hpp"
#include "arena/warm.hpp"

#include <cohort/errors.hpp>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cohort::test {
namespace {

using arena::Block;
using arena::Holder;
using arena::Ref;
using arena::sweep::Action;

constexpr long kMostSteps = 2000;

Holder me() { return arena::self().holder(); }
const Holder kBox = arena::container(0xb0c5);

bool exists(std::uint64_t object) { return arena::kind_of(arena::holder_of(object)) == arena::HolderKind::object; }

// What is in use, but for the bytes: tables that grew stay.
struct Held {
  std::uint64_t blocks, references, processes, threads;
  friend bool operator==(const Held&, const Held&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Held& held) {
    return out << held.blocks << " blocks, " << held.references << " references, " << held.processes << " processes, "
               << held.threads << " threads";
  }
};
Held held() {
  const arena::Stats now = arena::stats();
  return {now.blocks_held, now.references, now.processes, now.threads};
}

// An operation of a child, which can do something unobserved before; and what must be true when the child is gone,
// wherever it was killed. What the box holds is the box's to free.
struct Operation {
  std::function<void()> before = [] {};
  std::function<void()> body;
  std::function<void()> check = [] {};
};

int run(const Operation& operation, long k, Action action, bool in_children = false) {
  operation.before();
  arena::sweep::arm(k, action, in_children);
  operation.body();
  arena::sweep::disarm();
  return ::testing::Test::HasFailure() ? 1 : 0;
}

void empty_box() {
  std::vector<std::uint64_t> in_box;
  arena::for_each_held_block([&](const arena::Place& place, Holder holder) {
    if (holder == kBox) in_box.push_back(place.offset());
  });
  for (const std::uint64_t offset : in_box) EXPECT_TRUE(arena::release_with_contents(offset, kBox));
}

// The arena still does what it should.
void expect_works() {
  const Block block = arena::allocate(100);
  std::memset(arena::at<char>(block.offset), 1, block.size);
  EXPECT_TRUE(arena::release(block.offset, me()));
  const Ref ref = Ref::make(64);
  const Ref again = Ref::from_message(kBox, ref.to_message(kBox));
  EXPECT_EQ(ref, again);
}

// Kills the child at each of its steps in turn, and looks each time. Says how many there were.
long kill_sweep(const Operation& operation) {
  expect_within(std::chrono::seconds(300));
  const Held before = held();
  for (long k = 1; k < kMostSteps; ++k) {
    SCOPED_TRACE("killed at step " + std::to_string(k));
    Kid kid([&] { return run(operation, k, Action::kill); });
    const Exit exit = kid.bury();
    EXPECT_TRUE(exit == killed_by(SIGKILL) || exit == exited(0)) << exit;
    operation.check();
    empty_box();
    EXPECT_EQ(held(), before);
    expect_works();
    if (exit.signal == 0 || ::testing::Test::HasFailure()) return k - 1;
  }
  ADD_FAILURE() << "the operation does not end";
  return 0;
}

// True if it stopped itself, false if it ended first.
bool wait_stopped(pid_t pid) {
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(pid), &info, WSTOPPED | WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  return info.si_code == CLD_STOPPED || info.si_code == CLD_TRAPPED;
}

// Stops the child at each of its steps in turn, does `meanwhile`, and lets it go on.
long stall_sweep(const Operation& operation, const std::function<void()>& meanwhile) {
  expect_within(std::chrono::seconds(300));
  const Held before = held();
  for (long k = 1; k < kMostSteps; ++k) {
    SCOPED_TRACE("stopped at step " + std::to_string(k));
    bool stopped = false;
    {
      Kid kid([&] { return run(operation, k, Action::stop); });
      stopped = wait_stopped(kid.pid());
      meanwhile();
      kid.child().kill(SIGCONT);
      EXPECT_EQ(kid.bury(), exited(0));
    }
    operation.check();
    empty_box();
    EXPECT_EQ(held(), before);
    expect_works();
    if (!stopped || ::testing::Test::HasFailure()) return k - 1;
  }
  ADD_FAILURE() << "the operation does not end";
  return 0;
}

// --------------------------------------------------------------------------------------------- operations

constexpr std::size_t kGrowing = 20'000;  // of a class that nothing else here uses

// Takes all there are, so that the next one needs room.
void take_all() {
  const std::uint64_t count = arena::segment().blocks[arena::class_of(kGrowing)].refresh();
  for (std::uint64_t i = 0; i < count; ++i) arena::allocate(kGrowing);
}

Block kept;  // by an operation, from before to body

Operation growing() { return {.before = take_all, .body = [] { arena::allocate(kGrowing); }}; }

Operation allocating(std::size_t bytes) {
  return {.body = [=] { std::memset(arena::at<char>(arena::allocate(bytes).offset), 1, bytes); }};
}

Operation handing_over(std::size_t bytes) {
  return {.before = [=] { kept = arena::allocate(bytes); }, .body = [] { arena::hand_over(kept.offset, me(), kBox); }};
}

Operation freeing(std::size_t bytes, bool from_box = false) {
  return {.before =
              [=] {
                kept = arena::allocate(bytes);
                if (from_box) arena::hand_over(kept.offset, me(), kBox);
              },
          .body = [=] { arena::release(kept.offset, from_box ? kBox : me()); }};
}

constexpr std::size_t kTooWarm = arena::warm::kBudget + 1;

TEST(KillSweep, Growing) { EXPECT_GE(kill_sweep(growing()), 4); }
TEST(KillSweep, Allocating) { EXPECT_GE(kill_sweep(allocating(100)), 1); }
TEST(KillSweep, AllocatingALargeBlock) { EXPECT_GE(kill_sweep(allocating(arena::warm::kBudget + 5)), 4); }
TEST(KillSweep, HandingOver) { EXPECT_EQ(kill_sweep(handing_over(100)), 1); }
TEST(KillSweep, Freeing) { EXPECT_EQ(kill_sweep(freeing(100)), 1); }
TEST(KillSweep, FreeingALargeBlock) { EXPECT_GE(kill_sweep(freeing(kTooWarm)), 4); }
TEST(KillSweep, FreeingALargeBlockOfAContainer) { EXPECT_GE(kill_sweep(freeing(kTooWarm, true)), 5); }
TEST(KillSweep, FreeingWithContents) {
  const auto box_in_box = [] {
    kept = arena::allocate(64);
    const Block inner = arena::allocate(100);
    arena::hand_over(inner.offset, me(), arena::inside(kept.offset));
    Ref::make(64).to_message(arena::inside(inner.offset));
    Ref::make(64, Ref::Contents::owned).to_message(arena::inside(kept.offset));
    arena::hand_over(kept.offset, me(), kBox);
  };
  EXPECT_GE(kill_sweep({.before = box_in_box, .body = [] { arena::release_with_contents(kept.offset, kBox); }}), 10);
}

TEST(KillSweep, RegisteringAThread) {
  // Not the first of its process, which is registered when the process begins.
  EXPECT_GE(kill_sweep({.body = [] { std::thread([] { arena::thread_self(); }).join(); }}), 4);
}

// --------------------------------------------------------------------------------------------- references

TEST(KillSweep, MakingAndDroppingAnObject) {
  EXPECT_GE(kill_sweep({.body = [] { Ref::make(64); }}), 8);
}

TEST(KillSweep, MakingAndDroppingALargeObject) {
  EXPECT_GE(kill_sweep({.body = [] { Ref::make(kTooWarm); }}), 10);
}

// The survivor has a share, too: the object must be there to the end, and go with it.
TEST(KillSweep, SharingAnObject) {
  std::optional<Ref> shared;
  const auto share = [&] { shared = Ref::make(64); };
  share();
  const Operation operation{
      .body =
          [&] {
            const Block message = arena::allocate(64);
            const auto ticket = shared->to_message(arena::inside(message.offset));
            const auto second = shared->to_message(arena::inside(message.offset));
            shared.reset();
            Ref again = Ref::from_message(arena::inside(message.offset), ticket);
            Ref twice = Ref::from_message(arena::inside(message.offset), second);
            again.to_message(arena::inside(message.offset));
            arena::hand_over(message.offset, me(), kBox);
          },
      .check = [&] { EXPECT_TRUE(exists(shared->offset())); }};
  EXPECT_GE(kill_sweep(operation), 20);
}

// The same, where nothing of the survivor's keeps the object: it goes with the last of the child's shares.
TEST(KillSweep, PassingTheOnlyShareThroughAMessage) {
  const auto pass = [] {
    Ref only = Ref::make(64);
    const Block message = arena::allocate(64);
    const auto ticket = only.to_message(arena::inside(message.offset));
    only = {};
    arena::hand_over(message.offset, me(), kBox);
    arena::hand_over(message.offset, kBox, me());
    only = Ref::from_message(arena::inside(message.offset), ticket);
    arena::release(message.offset, me());
  };
  EXPECT_GE(kill_sweep({.body = pass}), 20);
}

// --------------------------------------------------------------------------------------------- forks

// A pipe whose other end nobody holds any more when all of a family have ended.
class Family {
 public:
  Family() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) std::abort();
  }
  ~Family() {
    for (const int end : ends_)
      if (end >= 0) ::close(end);
  }
  void wait_ended() {
    ::close(std::exchange(ends_[1], -1));
    char byte;
    while (read(ends_[0], &byte, 1) < 0 && errno == EINTR) {
    }
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

// The child forks; who is killed is the child in its own steps, or the grandchild in its own.
long fork_sweep(bool kill_grandchild) {
  expect_within(std::chrono::seconds(300));
  const Held before = held();
  Ref shared = Ref::make(64);
  const Held with_share = held();
  for (long k = 1; k < kMostSteps; ++k) {
    SCOPED_TRACE((kill_grandchild ? "grandchild killed at step " : "child killed at step ") + std::to_string(k));
    Family family;
    Kid kid([&] {
      const Ref own = Ref::make(64);
      if (kill_grandchild)
        arena::sweep::arm_children(k, Action::kill);
      else
        arena::sweep::arm(k, Action::kill);
      const pid_t pid = ::fork();
      if (pid == 0) {
        try {
          arena::allocate(64);
          if (!exists(own.offset()) || !exists(shared.offset())) _exit(2);
        } catch (const Error&) {
          _exit(0);  // its parent was swept before it began
        }
        _exit(0);
      }
      const arena::ProcessRef born = arena::born();
      int status = 0;
      waitpid(pid, &status, 0);
      arena::process_died(born);
      arena::sweep::disarm();
      if (WIFSIGNALED(status)) return 10;
      return WEXITSTATUS(status);
    });
    const Exit exit = kid.wait();
    const auto orphans = arena::descendants(kid.ref());
    kid.bury();
    family.wait_ended();
    for (const arena::ProcessRef orphan : orphans) arena::process_died(orphan);
    for (const arena::ProcessRef orphan : arena::descendants(kid.ref())) arena::process_died(orphan);
    EXPECT_TRUE(exit == killed_by(SIGKILL) || exit == exited(0) || exit == exited(10)) << exit;
    EXPECT_TRUE(exists(shared.offset()));
    EXPECT_EQ(held(), with_share);
    if (exit == exited(0) || ::testing::Test::HasFailure()) {
      const std::uint64_t object = shared.offset();
      shared = {};
      EXPECT_FALSE(exists(object));
      EXPECT_EQ(held(), before);
      return k - 1;
    }
  }
  ADD_FAILURE() << "fork does not end";
  return 0;
}

TEST(KillSweep, Forking) { EXPECT_GE(fork_sweep(false), 15); }
TEST(KillSweep, BeingForked) { EXPECT_GE(fork_sweep(true), 5); }

// --------------------------------------------------------------------------------------------- the sweeper

// Somebody who holds a bit of everything, dead and not yet swept.
class Victim {
 public:
  Victim()
      : kid_([this] {
          for (const std::size_t bytes : {64, 100, 100'000}) arena::allocate(bytes);
          static Ref own = Ref::make(64, Ref::Contents::owned);
          static Ref shared = shared_;
          const Block message = arena::allocate(64);
          own.to_message(arena::inside(message.offset));
          Ref::make(100).to_message(arena::inside(own.offset()));
          const Block inner = arena::allocate(200);
          shared.to_message(arena::inside(inner.offset));
          arena::hand_over(inner.offset, me(), arena::inside(message.offset));
          std::thread([] { arena::thread_self(); }).join();
          // Killed in a fork, with a record and references for a child that never was.
          arena::sweep::arm(6, Action::kill);
          ::fork();
          return 0;
        }) {
    EXPECT_EQ(kid_.wait(), killed_by(SIGKILL));
    shared_ = {};
  }
  arena::ProcessRef ref() const { return kid_.ref(); }

 private:
  Ref shared_ = Ref::make(64);
  Kid kid_;
};

// Whoever sweeps is killed in it; whoever sweeps him finishes it.
TEST(KillSweep, SweepingADeadProcess) {
  expect_within(std::chrono::seconds(600));
  const Held before = held();
  for (long k = 1; k < kMostSteps; ++k) {
    SCOPED_TRACE("sweeper killed at step " + std::to_string(k));
    const Victim victim;
    Kid sweeper([&] { return run({.body = [&] { arena::process_died(victim.ref()); }}, k, Action::kill); });
    const Exit exit = sweeper.bury();
    if (!arena::is_alive(victim.ref())) {
      EXPECT_EQ(held(), before) << "begun, so to be finished with the sweep of the sweeper";
    }
    arena::process_died(victim.ref());
    EXPECT_EQ(held(), before);
    expect_works();
    if (exit == exited(0) || HasFailure()) {
      EXPECT_GE(k, 40);
      return;
    }
  }
  FAIL() << "the sweep does not end";
}

arena::ThreadRef thread_on_board() {
  const auto word = static_cast<std::uint64_t>(board().number[0].load());
  return {static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word >> 32)};
}

// A process with the dead one's record, which has stopped itself.
std::unique_ptr<Kid> successor_of(arena::ProcessRef dead, std::uint64_t object) {
  for (int tries = 0;; ++tries) {
    auto kid = std::make_unique<Kid>([&] {
      const arena::ThreadRef thread = arena::thread_self();
      board().number[0] = static_cast<std::int64_t>(std::uint64_t{thread.generation} << 32 | thread.index);
      arena::allocate(100);
      ::kill(getpid(), SIGSTOP);
      return arena::self() && exists(object) ? 0 : 1;
    });
    EXPECT_TRUE(wait_stopped(kid->pid()));
    if (kid->ref().index == dead.index || tries > 200) return kid;
  }
}

// Two sweepers, one of which stands still somewhere while the other does all of it, and all is used again.
TEST(StallSweep, SweepingADeadProcess) {
  expect_within(std::chrono::seconds(600));
  const Held before = held();
  for (long k = 1; k < kMostSteps; ++k) {
    SCOPED_TRACE("sweeper stopped at step " + std::to_string(k));
    bool stopped = false;
    {
      const Victim victim;
      Kid sweeper([&] { return run({.body = [&] { arena::process_died(victim.ref()); }}, k, Action::stop); });
      stopped = wait_stopped(sweeper.pid());
      arena::process_died(victim.ref());
      // New users of the same record, blocks, entries and thread records.
      std::vector<Ref> refs;
      for (int i = 0; i < 300; ++i) refs.push_back(Ref::make(64, i % 2 ? Ref::Contents::owned : Ref::Contents::none));
      const Block block = arena::allocate(64);
      const auto ticket = refs[0].to_message(arena::inside(block.offset));
      const auto successor = successor_of(victim.ref(), refs[1].offset());
      std::thread([&] {
        const arena::ThreadRef thread = arena::thread_self();
        sweeper.child().kill(SIGCONT);
        EXPECT_EQ(sweeper.bury(), exited(0));
        EXPECT_FALSE(arena::thread_is_dead(thread));
      }).join();
      EXPECT_TRUE(arena::is_alive(successor->ref()));
      EXPECT_FALSE(arena::thread_is_dead(thread_on_board()));
      successor->child().kill(SIGCONT);
      EXPECT_EQ(successor->bury(), exited(0));
      for (const Ref& ref : refs) EXPECT_TRUE(exists(ref.offset()));
      EXPECT_EQ(Ref::from_message(arena::inside(block.offset), ticket), refs[0]);
      EXPECT_TRUE(arena::release(block.offset, me()));
    }
    EXPECT_TRUE(wait_until([&] { return held() == before; })) << held();
    if (!stopped || HasFailure()) return;
  }
  FAIL() << "the sweep does not end";
}

// --------------------------------------------------------------------------------------------- stalls

// What another does meanwhile: takes and frees blocks of the same sizes, leaves the hints cold, and checks that what it
// holds stays its own.
void use_blocks(std::size_t bytes) {
  std::vector<Block> blocks;
  for (int i = 0; i < (bytes > 1'000'000 ? 2 : 20); ++i) {
    blocks.push_back(arena::allocate(bytes));
    std::memset(arena::at<char>(blocks.back().offset), i, 64);
  }
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    EXPECT_EQ(*arena::at<char>(blocks[i].offset), static_cast<char>(i));
    EXPECT_TRUE(arena::release(blocks[i].offset, me()));
  }
}

std::vector<Block> lasting;  // held over the rest of the stalled operation

void hold_blocks(std::size_t bytes) {
  for (int i = 0; i < (bytes > 1'000'000 ? 1 : 5); ++i) {
    lasting.push_back(arena::allocate(bytes));
    std::memset(arena::at<char>(lasting.back().offset), 0x77, std::min<std::size_t>(bytes, 4096));
  }
  use_blocks(bytes);
}

void let_go() {
  for (const Block& block : lasting) {
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(block.size, 4096); i += 64)
      EXPECT_EQ(*arena::at<char>(block.offset + i), 0x77);
    EXPECT_TRUE(arena::release(block.offset, me()));
  }
  lasting.clear();
}

Operation checked(Operation operation) {
  operation.check = let_go;
  return operation;
}

TEST(StallSweep, Growing) { stall_sweep(checked(growing()), [] { hold_blocks(kGrowing); }); }
TEST(StallSweep, Allocating) { stall_sweep(checked(allocating(100)), [] { hold_blocks(100); }); }
TEST(StallSweep, AllocatingALargeBlock) { stall_sweep(checked(allocating(200'000)), [] { hold_blocks(200'000); }); }
TEST(StallSweep, HandingOver) { stall_sweep(checked(handing_over(100)), [] { hold_blocks(100); }); }
TEST(StallSweep, Freeing) { stall_sweep(checked(freeing(100)), [] { hold_blocks(100); }); }
TEST(StallSweep, FreeingALargeBlock) { stall_sweep(checked(freeing(kTooWarm)), [] { hold_blocks(kTooWarm); }); }
TEST(StallSweep, FreeingALargeBlockOfAContainer) {
  stall_sweep(checked(freeing(kTooWarm, true)), [] { hold_blocks(kTooWarm); });
}

// The stalled one drops a share while the other drops its own, and makes other objects of the same blocks.
TEST(StallSweep, DroppingAReference) {
  std::optional<Ref> shared = Ref::make(64);
  std::vector<Ref> fresh;
  const Operation dropping{.body = [&] { shared.reset(); },
                           .check =
                               [&] {
                                 for (const Ref& ref : fresh) EXPECT_TRUE(exists(ref.offset()));
                                 fresh.clear();
                               }};
  const Held before = held();
  for (long k = 1; k < 100; ++k) {
    SCOPED_TRACE(k);
    bool stopped = false;
    {
      Kid kid([&] { return run(dropping, k, Action::stop); });
      stopped = wait_stopped(kid.pid());
      const std::uint64_t object = shared->offset();
      shared.reset();
      for (int i = 0; i < 5; ++i) fresh.push_back(Ref::make(64));
      kid.child().kill(SIGCONT);
      EXPECT_EQ(kid.bury(), exited(0));
      bool reused = false;
      for (const Ref& ref : fresh) reused |= ref.offset() == object;
      EXPECT_TRUE(reused || !exists(object));
    }
    dropping.check();
    shared = Ref::make(64);
    EXPECT_EQ(held(), before);
    if (!stopped) {
      EXPECT_GE(k, 4);
      return;
    }
  }
  FAIL() << "dropping does not end";
}

// The stalled one looks for other shares, and the other moves its own to where the look has been already.
TEST(StallSweep, LookingForReferences) {
  expect_within(std::chrono::seconds(300));
  const Held before = held();
  const Block message = arena::allocate(64);
  const Holder inside = arena::inside(message.offset);
  for (int shift = 0; shift < 8; ++shift) {
    bool stopped = true;
    for (long k = 1; stopped && k < 100; ++k) {
      SCOPED_TRACE("shift " + std::to_string(shift) + ", step " + std::to_string(k));
      std::optional<Ref> shared = Ref::make(64);
      const std::uint64_t object = shared->offset();
      for (int i = 0; i < shift; ++i) Ref::from_message(inside, shared->to_message(inside));  // shifts what comes next
      std::uint64_t ticket = 0;
      {
        Kid kid([&] { return run({.body = [&] { shared.reset(); }}, k, Action::stop); });
        stopped = wait_stopped(kid.pid());
        ticket = shared->to_message(inside);
        shared.reset();
        kid.child().kill(SIGCONT);
        EXPECT_EQ(kid.bury(), exited(0));
      }
      ASSERT_TRUE(exists(object));
      Ref::from_message(inside, ticket);
      EXPECT_FALSE(exists(object));
    }
  }
  EXPECT_TRUE(arena::release(message.offset, me()));
  EXPECT_EQ(held(), before);
}

// The stalled one puts a share into a message and takes it out again, while the other, which gave it the share by fork,
// drops its own and uses whatever becomes free.
TEST(StallSweep, MovingAReference) {
  const Held nothing = held();
  for (long k = 1; k < kMostSteps; ++k) {
    SCOPED_TRACE(k);
    std::optional<Ref> shared = Ref::make(64);
    const std::uint64_t object = shared->offset();
    bool stopped = false;
    {
      Kid kid([&] {
        const auto pass = [&] {
          const Block message = arena::allocate(64);
          const auto ticket = shared->to_message(arena::inside(message.offset));
          shared.reset();
          if (!exists(object)) ADD_FAILURE() << "gone from the message";
          shared = Ref::from_message(arena::inside(message.offset), ticket);
          arena::release(message.offset, me());
          if (!exists(object)) ADD_FAILURE() << "gone from its holder";
          shared.reset();
        };
        return run({.body = pass}, k, Action::stop);
      });
      stopped = wait_stopped(kid.pid());
      shared.reset();
      std::vector<Ref> fresh;
      for (int i = 0; i < 5; ++i) fresh.push_back(Ref::make(64));
      kid.child().kill(SIGCONT);
      EXPECT_EQ(kid.bury(), exited(0));
      for (const Ref& ref : fresh) EXPECT_TRUE(exists(ref.offset()));
    }
    EXPECT_EQ(held(), nothing);
    if (!stopped || HasFailure()) return;
  }
  FAIL() << "moving does not end";
}

// --------------------------------------------------------------------------------------------- single steps

// The check on the helper that counts steps: here the kill comes at every machine instruction.
bool kill_at_instruction(const Operation& operation, int k) {
  Kid kid([&] {
    operation.before();
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) return 77;
    raise(SIGSTOP);
    operation.body();
    __builtin_trap();  // the end, without another call
    return 0;
  });
  if (!wait_stopped(kid.pid()) && kid.bury() == exited(77)) throw std::runtime_error("ptrace is refused here");
  int status = 0;
  waitpid(kid.pid(), &status, WUNTRACED);
  for (int i = 0; i < k; ++i) {
    ptrace(PTRACE_SINGLESTEP, kid.pid(), nullptr, nullptr);
    waitpid(kid.pid(), &status, 0);
    if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP) break;
  }
  const bool ended = WIFSTOPPED(status) && WSTOPSIG(status) == SIGILL;
  kid.kill();
  kid.bury();
  return !ended;
}

void instruction_sweep(const Operation& operation) try {
  expect_within(std::chrono::seconds(300));
  const Held before = held();
  const int most = slowness() > 1 ? 100 : 500;
  bool running = true;
  int k = 0;
  for (; running && k < most && !::testing::Test::HasFailure(); ++k) {
    SCOPED_TRACE("killed at instruction " + std::to_string(k));
    running = kill_at_instruction(operation, k);
    operation.check();
    empty_box();
    EXPECT_EQ(held(), before);
  }
  ::testing::Test::RecordProperty("instructions", k);
  if (running) std::printf("[ NOTE     ] only the first %d instructions\n", k);
} catch (const std::runtime_error& refused) {
  GTEST_SKIP() << refused.what();
}

// So that what is done once in a process is done.
Operation warm(Operation operation) {
  auto before = operation.before;
  operation.before = [=] {
    arena::release(arena::allocate(100).offset, me());
    before();
  };
  return operation;
}

TEST(InstructionSweep, Allocating) {
  instruction_sweep(warm({.body = [] { arena::allocate(100); }}));
}
TEST(InstructionSweep, HandingOver) { instruction_sweep(warm(handing_over(100))); }
TEST(InstructionSweep, Freeing) { instruction_sweep(warm(freeing(100))); }
TEST(InstructionSweep, DroppingAnObject) {
  static std::optional<Ref> ref;
  instruction_sweep({.before = [] { Ref::make(64); ref = Ref::make(64); }, .body = [] { ref.reset(); }});
}

}  // namespace
}  // namespace cohort::test
