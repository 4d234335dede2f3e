// src/pool/worker.cpp                              SPDX-License-Identifier: MIT
#include "pool/worker.hpp"

#include <cxxabi.h>
#include <unistd.h>

#include <chrono>
#include <climits>
#include <cstring>
#include <utility>

#include <cohort/detail/codec/token.hpp>

#include "arena/records.hpp"
#include "arena/step.hpp"
#include "os/child.hpp"
#include "os/futex.hpp"
#include "os/membarrier.hpp"
#include "os/relax.hpp"
#include "pool/chunk_runner.hpp"
#include "pool/error_record.hpp"
#include "pool/result_writer.hpp"
#include "process/child_main.hpp"

namespace cohort::pool {

namespace {

constexpr int kLooks = 1000;  // at the own lane before sleeping: some tens of microseconds
constexpr int kLooksAHelp = 50;
constexpr std::uint64_t kWorthwhile = 20'000;  // nanoseconds
constexpr auto kSlice = std::chrono::milliseconds(500);

std::uint64_t steady_nanoseconds() noexcept {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

}  // namespace

Worker::Worker(Shared& shared, std::uint32_t lane, Call initializer)
    : shared_(shared), lane_(*shared.lane(lane)), number_(lane), initializer_(std::move(initializer)), reader_(shared, lane) {}

std::string Worker::name(std::uint32_t lane) { return "PoolWorker-" + std::to_string(lane + 1); }

int Worker::run() {
  process::become(name(number_), true);
  os::prefer_for_memory_killer();
  if (!initialize()) return kInitializerFailed;
  lane_.ready.store(1, std::memory_order_release);
  do {
    while (const auto claim = reader_.next()) execute(*claim);
  } while ((helping_ && help()) || idle());
  return kEnded;
}

// The first error of an initializer is left where the parent finds it, in a block of the pool's.
bool Worker::initialize() {
  if (!initializer_) return true;
  try {
    initializer_();
    return true;
  } catch (...) {
    cohort::detail::BufferWriter error;
    encode_error(error, number_, std::current_exception());
    const auto block = arena::allocate(error.size());
    std::memcpy(arena::at<std::byte>(block.offset), error.bytes().data(), error.size());
    arena::hand_over(block.offset, arena::self().holder(), arena::Holder{shared_.initializer_holder});
    if (!arena::swap(shared_.initializer_error, 0, block.offset)) arena::release(block.offset, arena::Holder{shared_.initializer_holder});
    return false;
  }
}

// ---------------------------------------------------------------- one task

void Worker::execute(Claim claim) {
  const bool timed = (claim.slot->meta & kTimed) != 0;
  if (timed) arena::publish(lane_.started, steady_nanoseconds());
  if (form_of(claim.slot->meta) == Form::chunk)
    run_chunk(claim);
  else
    run_task(claim);
  finish(claim);
  if (timed) arena::publish(lane_.started, 0U);
}

void Worker::run_task(Claim claim) {
  Slot& slot = *claim.slot;
  ResultWriter result(slot);
  bool error = false;
  try {
    if (slot.token != token_) {
      task_ = cohort::detail::function_of<cohort::detail::TaskFn>(slot.token);
      token_ = slot.token;
    }
    const std::byte* bytes = slot.bytes.data();
    if (form_of(slot.meta) == Form::block) bytes = arena::at<std::byte>(slot.words[kBlock]);
    cohort::detail::Reader in(bytes, bytes + size_of(slot.meta));
    task_(in, result);
  } catch (abi::__forced_unwind&) {
    throw;  // the thread is being ended: the parent will see a process that ended in a task
  } catch (...) {
    error = true;
    result.rewind(0);
    try {
      encode_error(result, number_, std::current_exception());
    } catch (...) {
      result.rewind(0);  // no room even for that: an empty error says so
    }
  }
  result.hand_over(claim.state, error);
}

void Worker::run_chunk(Claim claim) {
  Slot& slot = *claim.slot;
  try {
    ChunkRunner chunk(slot, claim.state);
    cohort::detail::function_of<cohort::detail::ChunkFn>(slot.token)(chunk);
    slot.meta = chunk.meta();
  } catch (abi::__forced_unwind&) {
    throw;
  } catch (...) {
    // The chunk as a whole could not be run.
    arena::release(slot.words[kResult], result_holder(arena::offset_of(&slot), claim.state));
    ResultWriter result(slot);
    try {
      encode_error(result, number_, std::current_exception());
    } catch (...) {
      result.rewind(0);
    }
    result.hand_over(claim.state, true);
  }
}

// The swap fails when a waiter came or when the parent has taken the task away: then this process is as good as dead and
// must not touch another.
void Worker::finish(Claim claim) {
  auto& state = claim.slot->state;
  std::uint64_t now = claim.state;
  arena::step();
  while (!state.compare_exchange_strong(now, with_kind(now, Kind::done), std::memory_order_seq_cst))
    if (kind_of(now) != Kind::running || lane_of(now) != number_) wait_to_be_killed();
  if ((now & kWaiter) != 0) os::futex_wake(os::low_half(state), INT_MAX);
  if ((now & kNotify) != 0) push_completed(*claim.slot);
}

void Worker::push_completed(Slot& slot) {
  std::uint64_t head = shared_.completed.load(std::memory_order_relaxed);
  do
    slot.token = head;
  while (!shared_.completed.compare_exchange_weak(head, arena::offset_of(&slot), std::memory_order_seq_cst));
  if (shared_.completion_asleep.load(std::memory_order_seq_cst) == 0) return;
  shared_.completion_bell.fetch_add(1);
  os::futex_wake(shared_.completion_bell, INT_MAX);
}

void Worker::wait_to_be_killed() noexcept {
  for (;;) ::pause();
}

void Worker::run_inline(Slot& slot) {
  const std::uint64_t queued = slot.state.load(std::memory_order_relaxed);
  const Claim claim{&slot, claimed(queued, number_)};
  slot.state.store(claim.state, std::memory_order_relaxed);
  if (form_of(slot.meta) == Form::chunk)
    run_chunk(claim);
  else
    run_task(claim);
  finish(claim);
}

// ---------------------------------------------------------------- nothing to do

// Helps another lane out. Who has just done so goes on as long as the other is stuck, or the tasks are worth it.
bool Worker::help() {
  const auto stolen = reader_.steal(eager_);
  helping_ = stolen.has_value();
  eager_ = false;
  if (!stolen) return false;
  const auto began = steady_nanoseconds();
  execute(*stolen);
  eager_ = steady_nanoseconds() - began >= kWorthwhile;
  return true;
}

// False when the pool stops.
bool Worker::idle() {
  int looks = 0;
  for (os::Spinner spinner(kLooks); spinner.once();) {
    if (reader_.has_next()) return true;
    if (++looks % kLooksAHelp == 0 && help()) return true;
  }
  return sleep();
}

// Announce, have a barrier put everywhere, look again: the parent's plain look at `asleep` either sees it or the entry
// that it had written before is seen here.
bool Worker::sleep() {
  const std::uint32_t bell = lane_.bell.load(std::memory_order_acquire);
  arena::announce(lane_.asleep, 1U);
  shared_.sleepers.fetch_or(bit());
  os::barrier_everywhere();
  const bool stop = shared_.stop.load() != 0;
  const bool anything = reader_.has_next() || (shared_.small_tasks.load() == 0 && reader_.sees_backlog());
  if (!anything && !stop) os::futex_wait(lane_.bell, bell, std::chrono::steady_clock::now() + kSlice);
  arena::publish(lane_.asleep, 0U);
  shared_.sleepers.fetch_and(~bit());
  help();
  return anything || !stop;
}

}  // namespace cohort::pool
