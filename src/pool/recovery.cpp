// src/pool/recovery.cpp                            SPDX-License-Identifier: MIT
//
// What the parent does when a worker has died or must die: the half of Engine that runs on the monitor's thread.
#include <algorithm>
#include <climits>

#include <cohort/errors.hpp>

#include "arena/step.hpp"
#include "pool/callbacks.hpp"
#include "pool/engine.hpp"
#include "pool/error_record.hpp"

namespace cohort::pool {

namespace {

bool is_of(std::uint64_t state, std::uint32_t lane) noexcept {
  return (kind_of(state) == Kind::running || kind_of(state) == Kind::overdue) && lane_of(state) == lane;
}

}  // namespace

// The worker says in its lane what it is about to claim, so one look is enough. If a look at that slot shows nothing of
// the lane's, either it ran nothing or it wrote nonsense: then all slots are looked at.
std::optional<std::uint32_t> Engine::running_on(std::uint32_t lane) noexcept {
  const std::uint32_t said = slab_.find(lanes_[lane]->lane().current.load(std::memory_order_acquire));
  if (said != Slab::kNone && is_of(slot(said).state.load(std::memory_order_acquire), lane)) return said;
  for (std::uint32_t index = 0; index < slab_.size(); ++index)
    if (note(index).in_use.load(std::memory_order_acquire) && is_of(slot(index).state.load(std::memory_order_acquire), lane)) return index;
  return {};
}

void Engine::worker_died(std::uint32_t lane, pid_t pid, std::optional<int> exitcode) {
  // It may have died as the one whom the last ring had woken.
  lanes_[lane]->lane().asleep.store(0);
  shared_->sleepers.fetch_and(~(std::uint64_t{1} << (lane % 64)));
  if (const auto index = running_on(lane)) {
    const bool overdue = kind_of(slot(*index).state.load(std::memory_order_acquire)) == Kind::overdue;
    item_lost(*index, pid, exitcode, overdue);
  } else if (Callbacks* const callbacks = callbacks_.load(std::memory_order_acquire)) {
    callbacks->look_at_all();  // it may have died between the end of a task and the telling of it
  }
  wake_everybody();
}

void Engine::item_lost(std::uint32_t index, pid_t pid, std::optional<int> exitcode, bool overdue) {
  Note& mine = note(index);
  Extra* const known = mine.extra.load(std::memory_order_acquire);
  std::uint64_t item = 0;
  if (known != nullptr && known->is_chunk) {
    if (const auto block = result_block(index, kResult))
      item = items_of(arena::at<ResultBlock>(block->offset)->progress.load(std::memory_order_acquire));
    if (!known->lost.empty()) item = std::max(item, known->lost.back().index + 1);
    item = std::min(item, known->count);
    if (item == known->count) return queue_again(index);  // all items are finished; another worker only has to say so
  }
  if (known != nullptr && retry(index, *known, item)) return;
  const int code = exitcode.value_or(WorkerLost::kUnknown);
  const std::uint64_t number = mine.number + item;
  auto error = overdue ? std::make_exception_ptr(TaskTimeout(pid, code, number, Timeout(known != nullptr ? known->timeout : std::chrono::nanoseconds(0))))
                       : std::make_exception_ptr(WorkerLost(pid, code, number));
  if (known != nullptr && known->is_chunk)
    chunk_item_lost(index, *known, item, std::move(error));
  else
    finish_lost(index, std::move(error));
}

bool Engine::retry(std::uint32_t index, Extra& known, std::uint64_t item) {
  if (known.used_item != item) {
    known.used_item = item;
    known.used = 0;
  }
  if (known.used >= known.retries) return false;
  ++known.used;
  queue_again(index);
  return true;
}

// The others of the chunk go on behind the lost one.
void Engine::chunk_item_lost(std::uint32_t index, Extra& known, std::uint64_t item, std::exception_ptr error) {
  known.lost.push_back({item, std::move(error)});
  queue_again(index);
}

// Arguments that may be needed again are in a block of their own; a chunk goes on from its results, any other task
// starts afresh. Which items of a chunk to leave out is written in its arguments, which only the parent writes.
void Engine::queue_again(std::uint32_t index) {
  Slot& task = slot(index);
  Extra& known = *note(index).extra.load(std::memory_order_acquire);
  if (!known.is_chunk) {
    drop_unfinished_results(index);
    task.words[kResult] = 0;
  }
  task.words[kBlock] = known.arguments;
  task.token = known.token;
  task.meta = known.meta;
  if (!known.lost.empty()) arena::at<ChunkHeader>(known.arguments)->skip = known.lost.back().index + 1;

  std::uint64_t state = task.state.load(std::memory_order_acquire);
  while (!task.state.compare_exchange_weak(state, queued_again(state))) {
  }
  const std::lock_guard guard(mutex_);
  LaneWriter& lane = *lanes_[note(index).lane];
  lane.append(arena::offset_of(&task));
}

void Engine::finish_lost(std::uint32_t index, std::exception_ptr error) {
  extra(index).error = std::move(error);
  auto& state = slot(index).state;
  std::uint64_t before = state.load(std::memory_order_acquire);
  while (!state.compare_exchange_weak(before, with_kind(before, Kind::lost))) {
  }
  if ((before & kWaiter) != 0) os::futex_wake(os::low_half(state), INT_MAX);
  if ((before & kNotify) != 0) callbacks().look_at(index);
}

// ---------------------------------------------------------------- time limits

bool Engine::overran(std::uint32_t lane) noexcept {
  Lane& watched = lanes_[lane]->lane();
  const std::uint32_t index = slab_.find(watched.current.load(std::memory_order_acquire));
  if (index == Slab::kNone) return false;
  auto& state = slot(index).state;
  std::uint64_t seen = state.load(std::memory_order_acquire);
  const auto started = std::chrono::nanoseconds(static_cast<std::int64_t>(watched.started.load(std::memory_order_acquire)));
  const Extra* const known = note(index).extra.load(std::memory_order_acquire);
  if (kind_of(seen) != Kind::running || lane_of(seen) != lane || known == nullptr || known->timeout.count() == 0) return false;
  if (started.count() == 0 || std::chrono::steady_clock::now().time_since_epoch() - started < known->timeout) return false;
  // The swap decides: from here on the worker cannot end this task, so it cannot have begun another.
  while (kind_of(seen) == Kind::running && lane_of(seen) == lane)
    if (state.compare_exchange_weak(seen, with_kind(seen, Kind::overdue))) return true;
  return false;
}

// When to look again. Coarse on purpose: a tenth of the shortest limit, at least a millisecond.
std::optional<os::SteadyTime> Engine::next_limit() const {
  const std::int64_t least = least_limit_.load(std::memory_order_relaxed);
  if (least == 0 || limited_.load(std::memory_order_relaxed) == 0) return {};
  const auto pause = std::clamp(std::chrono::nanoseconds(least / 10), std::chrono::nanoseconds(1'000'000), std::chrono::nanoseconds(100'000'000));
  return std::chrono::steady_clock::now() + pause;
}

// ---------------------------------------------------------------- initializers

std::exception_ptr Engine::initializer_error() {
  const std::uint64_t offset = shared_->initializer_error.load(std::memory_order_acquire);
  if (offset == 0 || arena::holder_of(offset) != arena::Holder{shared_->initializer_holder}) return nullptr;
  const auto block = arena::block_at(offset);
  if (!block) return nullptr;
  try {
    const auto* bytes = arena::at<std::byte>(block->offset);
    return decode_error({bytes, bytes + block->size});
  } catch (...) {
    return std::current_exception();
  }
}

}  // namespace cohort::pool
