// src/pool/engine.cpp                              SPDX-License-Identifier: MIT
#include "pool/engine.hpp"

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include <cohort/async_result.hpp>
#include <cohort/errors.hpp>

#include "arena/records.hpp"
#include "arena/step.hpp"
#include "os/membarrier.hpp"
#include "os/relax.hpp"
#include "pool/callbacks.hpp"
#include "pool/error_record.hpp"
#include "pool/worker.hpp"

namespace cohort::pool {

namespace {

constexpr auto kSlice = std::chrono::milliseconds(500);  // of every sleep, to look whether what we wait for still is
constexpr int kLooks = 600;                              // before a waiter sleeps: some tens of microseconds
constexpr std::uint32_t kRun = 8;                        // submissions in a row to one busy lane: a cache line of entries

bool inline_wanted() {
  const char* value = std::getenv("COHORT_WORKERS");
  if (value == nullptr || *value == '\0') return false;
  if (std::string_view(value) == "inline") return true;
  throw std::invalid_argument("cohort: COHORT_WORKERS can only be \"inline\" (every task runs in the caller), not \"" + std::string(value) + '"');
}

arena::Block make_head(std::uint32_t lanes) {
  const std::size_t bytes = sizeof(Shared) + lanes * sizeof(Lane);
  const arena::Block block = arena::allocate(bytes);
  std::memset(static_cast<void*>(arena::at<std::byte>(block.offset)), 0, bytes);
  return block;
}

}  // namespace

Engine::Engine(std::uint32_t workers, Call initializer)
    : owner_(arena::self().holder().word), inline_(inline_wanted()), initializer_(std::move(initializer)) {
  os::register_for_barriers();
  head_ = make_head(workers);
  shared_ = arena::at<Shared>(head_.offset);
  shared_->magic = kMagic;
  shared_->lanes = workers;
  shared_->initializer_holder = error_holder().word;
  pace_.emplace(shared_->small_tasks);
  for (std::uint32_t number = 0; number < workers; ++number) {
    shared_->lane(number)->magic = kMagic;
    lanes_.push_back(std::make_unique<LaneWriter>(*shared_->lane(number)));
  }
  if (inline_) {
    if (initializer_) initializer_();
    return;
  }
  try {
    monitor_ = std::make_unique<Monitor>(*this, workers, [this](std::uint32_t lane) { return work(lane); });
  } catch (...) {
    release_blocks();
    throw;
  }
}

int Engine::work(std::uint32_t lane) { return Worker(*shared_, lane, initializer_).run(); }

Engine::~Engine() {
  delete callbacks_.load();
  release_blocks();
}

void Engine::release_blocks() noexcept {
  slab_.release();
  for (auto& lane : lanes_) lane->release();
  arena::release(shared_->initializer_error.load(std::memory_order_relaxed), error_holder());
  arena::release(head_.offset, arena::self().holder());
}

void Engine::drop_owner() noexcept {
  if (owners_.fetch_sub(1, std::memory_order_acq_rel) != 1 || !ours()) return;
  bool unused = false;
  {
    Garbage garbage;
    const std::lock_guard guard(mutex_);
    orphan_ = true;
    unused = all_free(garbage);
  }
  if (unused) delete this;
}

bool Engine::all_free(Garbage& garbage) noexcept {
  reclaim_dropped(garbage);
  return slab_.free_count() == slab_.size();
}

// ---------------------------------------------------------------- submitting

void Engine::refuse() const {
  switch (status_.load(std::memory_order_acquire)) {
    case Status::closed:
      throw UsageError("cohort: the pool is closed: submit before close(), or make another pool");
    case Status::terminated:
      throw UsageError("cohort: the pool was terminated: make another pool");
    default:
      std::rethrow_exception(why());
  }
}

std::exception_ptr Engine::why() const {
  const std::lock_guard guard(state_mutex_);
  return why_ ? why_ : std::make_exception_ptr(Error("cohort: the pool has lost this task"));
}

// A closed pool still takes what its own callbacks submit: closing waits for them.
bool Engine::closing_callback() const noexcept {
  const Callbacks* const callbacks = callbacks_.load(std::memory_order_acquire);
  return status_.load() == Status::closed && callbacks != nullptr && callbacks->on_this_thread();
}

std::uint64_t Engine::submitted() noexcept {
  const std::lock_guard guard(mutex_);
  return number_;
}

// No handle is held here, so a slot may be used again meanwhile: what counts is that its last task has ended. Callbacks may
// submit more.
bool Engine::wait_for_all(os::SteadyTime until) {
  for (std::uint64_t before = submitted();; before = submitted()) {
    for (std::uint32_t index = 0; index < slab_.size(); ++index)
      if (note(index).in_use.load(std::memory_order_acquire) && !wait_final(index, until)) return false;
    Callbacks* const callbacks = callbacks_.load(std::memory_order_acquire);
    if (callbacks != nullptr && !callbacks->wait_all(until)) return false;
    if (submitted() == before) return true;
  }
}

std::uint32_t Engine::take_slot() {
  if (!is_open() && !closing_callback()) refuse();
  if (!ours()) throw UsageError("cohort: this pool belongs to the parent process: make one here");
  Garbage garbage;
  const std::lock_guard guard(mutex_);
  if (slab_.free_count() == 0) reclaim_dropped(garbage);
  const std::uint32_t index = slab_.take();
  Note& mine = note(index);
  ++mine.sequence;
  mine.number = number_++;
  mine.in_use.store(true, std::memory_order_relaxed);
  return index;
}

Extra& Engine::extra(std::uint32_t index) {
  auto& place = note(index).extra;
  if (auto* known = place.load(std::memory_order_acquire)) return *known;
  auto fresh_one = std::make_unique<Extra>();
  Extra* none = nullptr;
  if (!place.compare_exchange_strong(none, fresh_one.get())) return *none;
  return *fresh_one.release();
}

void Engine::abandon(std::uint32_t index) noexcept {
  slot(index).state.store(0, std::memory_order_relaxed);
  slot(index).meta = make_meta(0, Form::inline_bytes);
  Garbage garbage;
  const std::lock_guard guard(mutex_);
  free_slot(index, garbage);
}

// The workers are copies of this process as it was when the pool was made.
void Engine::refuse_unknown(std::uint64_t token) const {
  if (inline_ || modules_.has(token)) return;
  throw UsageError("cohort: the function lies in " + std::string(cohort::detail::module_name(token)) +
                   ", which was loaded after the pool was made: make the pool after loading it");
}

void Engine::publish(std::uint32_t index, std::uint64_t token, std::uint64_t meta) {
  if (token != known_token_.load(std::memory_order_relaxed)) {
    refuse_unknown(token);
    known_token_.store(token, std::memory_order_relaxed);
  }
  Slot& task = slot(index);
  Note& mine = note(index);
  task.token = token;
  task.meta = meta;
  mine.handles.store(1, std::memory_order_relaxed);
  if (Extra* const known = mine.extra.load(std::memory_order_relaxed)) {
    known->token = token;
    known->meta = meta;
    if (known->timeout.count() != 0) watch_limit(known->timeout.count());
  }
  arena::publish(task.state, fresh(mine.sequence));
  if (inline_) return run_here(index);
  append(index);
}

void Engine::watch_limit(std::int64_t limit) {
  std::int64_t least = least_limit_.load(std::memory_order_relaxed);
  const bool shorter = least == 0 || limit < least;
  while ((least == 0 || limit < least) && !least_limit_.compare_exchange_weak(least, limit)) {
  }
  if ((limited_.fetch_add(1) == 0 || shorter) && monitor_) monitor_->nudge();
}

void Engine::append(std::uint32_t index) {
  std::uint32_t lane = 0;
  {
    const std::lock_guard guard(mutex_);
    lane = choose_lane();
    note(index).lane = lane;
    lanes_[lane]->append(arena::offset_of(&slot(index)));
  }
  os::fence_if_refused();
  if (lanes_[lane]->lane().asleep.load(std::memory_order_relaxed) != 0)
    ring_slowly(lanes_[lane]->lane());
  else if (shared_->sleepers.load(std::memory_order_relaxed) != 0 && !pace_->small())
    ring_a_helper(lane);
}

// A lane that has done all it was given is best: its worker is awake or needs one wake anyway. Else one whose worker
// sleeps. Else the lanes take turns, a cache line of entries at a time.
std::uint32_t Engine::choose_lane() {
  const auto lanes = static_cast<std::uint32_t>(lanes_.size());
  if (lanes == 1) return 0;
  if (pace_->time_to_review() && pace_->review(lanes_, turn_) && monitor_) monitor_->nudge();
  if (pace_->small()) return turn_ = pace_->lane(turn_, lanes);
  const std::uint64_t sleepers = shared_->sleepers.load(std::memory_order_relaxed);
  if (sleepers != 0) {
    const std::uint64_t last = lanes_[turn_]->last();
    const bool idle = last == 0 || is_final(arena::at<Slot>(last)->state.load(std::memory_order_relaxed));
    if (idle) return turn_;
    for (std::uint32_t step = 1; step < lanes; ++step) {
      const std::uint32_t other = (turn_ + step) % lanes;
      if ((sleepers >> (other % 64) & 1) == 0 || lanes_[other]->lane().asleep.load(std::memory_order_relaxed) == 0) continue;
      run_ = 0;
      return turn_ = other;
    }
  }
  if (++run_ >= kRun) {
    run_ = 0;
    turn_ = (turn_ + 1) % lanes;
  }
  return turn_;
}

std::optional<os::SteadyTime> Engine::watch_pace() noexcept {
  if (!pace_->small()) return {};
  if (pace_->stuck(lanes_))
    for (auto& writer : lanes_)
      if (writer->lane().asleep.load(std::memory_order_relaxed) != 0) ring_slowly(writer->lane());
  return std::chrono::steady_clock::now() + Pace::kTick;
}

// The sleeper announces itself, has a barrier put everywhere and looks again, so a plain look is enough in append().
void Engine::ring_slowly(Lane& lane) noexcept {
  if (lane.asleep.exchange(0) == 0) return;  // somebody else rings already: one wake a sleep
  lane.bell.fetch_add(1);
  os::futex_wake(lane.bell, 1);
}

// A task was put behind a busy worker while another fell asleep.
void Engine::ring_a_helper(std::uint32_t busy) noexcept {
  for (std::uint32_t step = 1; step < lanes_.size(); ++step) {
    Lane& other = lanes_[(busy + step) % lanes_.size()]->lane();
    if (other.asleep.load(std::memory_order_relaxed) != 0) return ring_slowly(other);
  }
}

void Engine::wake_everybody() noexcept {
  for (auto& writer : lanes_) {
    Lane& lane = writer->lane();
    lane.asleep.store(0);
    lane.bell.fetch_add(1);
    os::futex_wake(lane.bell, INT_MAX);
  }
}

void Engine::run_here(std::uint32_t index) {
  Worker(*shared_, 0, {}).run_inline(slot(index));
}

// ---------------------------------------------------------------- results

bool Engine::ready(std::uint32_t index) {
  if (!is_final(slot(index).state.load(std::memory_order_acquire))) return false;
  Callbacks* const callbacks = callbacks_.load(std::memory_order_acquire);
  return callbacks == nullptr || note(index).extra.load(std::memory_order_acquire) == nullptr || callbacks->returned(index);
}

bool Engine::wait(std::uint32_t index, os::SteadyTime until) {
  if (!wait_final(index, until)) return false;
  Callbacks* const callbacks = callbacks_.load(std::memory_order_acquire);
  return callbacks == nullptr || note(index).extra.load(std::memory_order_acquire) == nullptr || callbacks->wait(index, until);
}

bool Engine::wait_final(std::uint32_t index, os::SteadyTime until) {
  auto& state = slot(index).state;
  for (os::Spinner spinner(kLooks);;) {
    const std::uint64_t now = state.load(std::memory_order_acquire);
    if (is_final(now)) return true;
    if (spinner.once()) continue;
    if (sleep_on(index, now, until)) return is_final(state.load(std::memory_order_acquire));
  }
}

// True when it is over: the time has come. The flag is set by the swap that a worker's swap to `done` cannot miss.
bool Engine::sleep_on(std::uint32_t index, std::uint64_t seen, os::SteadyTime until) {
  auto& state = slot(index).state;
  if (!plausible(index, seen)) {
    give_up(std::make_exception_ptr(Error("cohort: the pool's shared memory was damaged by one of its workers")));
    return false;
  }
  // A task that was published while the pool ended would be run by nobody.
  if (status_.load() > Status::closed || has_ended()) {
    finish_lost(index, why());
    return false;
  }
  const auto now = std::chrono::steady_clock::now();
  if (now >= until) return true;
  if ((seen & kWaiter) == 0) {
    state.compare_exchange_strong(seen, seen | kWaiter);
    return false;
  }
  os::futex_wait(os::low_half(state), static_cast<std::uint32_t>(seen), std::min(until, now + kSlice));
  return false;
}

bool Engine::plausible(std::uint32_t index, std::uint64_t state) noexcept {
  const Kind kind = kind_of(state);
  return sequence_of(state) == note(index).sequence && kind >= Kind::queued && kind <= Kind::lost && intact();
}

bool Engine::intact() noexcept { return shared_->magic == kMagic && shared_->lanes == lanes_.size(); }

std::optional<arena::Block> Engine::result_block(std::uint32_t index, Word word) noexcept {
  const Slot& task = slot(index);
  const std::uint64_t offset = task.words[word];
  const auto holder = result_holder(arena::offset_of(&task), std::uint64_t{note(index).sequence} << 32);
  if (arena::holder_of(offset) != holder) return {};
  return arena::block_at(offset);
}

// The common case, a small value without anything extra, in one go.
std::span<const std::byte> Engine::await_value(std::uint32_t index, os::SteadyTime until) {
  if (!wait(index, until)) cohort::detail::throw_get_timeout();
  const Slot& task = slot(index);
  const std::uint64_t meta = task.meta;
  const bool plain = kind_of(task.state.load(std::memory_order_acquire)) == Kind::done && note(index).extra.load(std::memory_order_acquire) == nullptr;
  if (plain && form_of(meta) == Form::inline_bytes && size_of(meta) <= kInlineBytes)
    return {task.bytes.data(), static_cast<std::size_t>(size_of(meta))};
  if (auto failure = error(index)) std::rethrow_exception(std::move(failure));
  return value(index);
}

std::exception_ptr Engine::error(std::uint32_t index) {
  const Extra* const known = note(index).extra.load(std::memory_order_acquire);
  if (known != nullptr && known->error) return known->error;
  if (kind_of(slot(index).state.load(std::memory_order_acquire)) == Kind::lost) return why();
  const std::uint64_t meta = slot(index).meta;
  if (form_of(meta) != Form::error && form_of(meta) != Form::error_block) return nullptr;
  return decode_error(value(index));
}

std::span<const std::byte> Engine::value(std::uint32_t index) {
  Slot& task = slot(index);
  const std::uint64_t meta = task.meta;  // once: a worker gone wild may still write
  const std::uint64_t size = size_of(meta);
  switch (form_of(meta)) {
    case Form::inline_bytes:
    case Form::error:
      if (size <= kInlineBytes) return {task.bytes.data(), static_cast<std::size_t>(size)};
      break;
    case Form::block:
    case Form::chunk:
    case Form::error_block:
      if (const auto block = result_block(index, kResult); block && size <= block->size)
        return {arena::at<std::byte>(block->offset), static_cast<std::size_t>(size)};
      break;
  }
  throw DecodeError("cohort: what the worker left as a result is no result");
}

// ---------------------------------------------------------------- slots come and go

void Engine::drop_handle(std::uint32_t index) noexcept {
  auto& handles = note(index).handles;
  // The only handle can be dropped without a locked instruction: nobody is there to copy it.
  if (handles.load(std::memory_order_acquire) != 1 && handles.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (!ours()) return;
  bool unused = false;
  {
    Garbage garbage;
    const std::lock_guard guard(mutex_);
    handles.store(0, std::memory_order_relaxed);
    if (is_final(slot(index).state.load(std::memory_order_acquire)))
      free_slot(index, garbage);
    else
      dropped_.push_back(index);
    unused = orphan_ && all_free(garbage);
  }
  if (unused) delete this;
}

void Engine::free_slot(std::uint32_t index, Garbage& garbage) noexcept {
  Note& mine = note(index);
  free_blocks(index);
  if (Extra* const known = mine.extra.load(std::memory_order_acquire)) {
    mine.extra.store(nullptr, std::memory_order_relaxed);
    if (known->timeout.count() != 0 && known->token != 0) limited_.fetch_sub(1);
    garbage.emplace_back(known);
  }
  mine.in_use.store(false, std::memory_order_release);
  slab_.give(index);
}

void Engine::free_blocks(std::uint32_t index) noexcept {
  const Extra* const known = note(index).extra.load(std::memory_order_acquire);
  const Form form = form_of(slot(index).meta);
  if (known != nullptr || (form != Form::inline_bytes && form != Form::error)) drop_unfinished_results(index);
  if (known != nullptr && known->arguments != 0) arena::release(known->arguments, arena::self().holder());
}

// Blocks that a worker made for this slot. What the words say is only a guess: a block goes if the slot holds it.
void Engine::drop_unfinished_results(std::uint32_t index) noexcept {
  for (const Word word : {kResult, kSpare})
    if (const auto block = result_block(index, word))
      arena::release(block->offset, result_holder(arena::offset_of(&slot(index)), std::uint64_t{note(index).sequence} << 32));
}

void Engine::reclaim_dropped(Garbage& garbage) {
  std::erase_if(dropped_, [this, &garbage](std::uint32_t index) {
    if (!is_final(slot(index).state.load(std::memory_order_acquire))) return false;
    free_slot(index, garbage);
    return true;
  });
}

// ---------------------------------------------------------------- callbacks

Callbacks& Engine::callbacks() {
  std::call_once(callbacks_once_, [this] { callbacks_.store(new Callbacks(*this), std::memory_order_release); });
  return *callbacks_.load(std::memory_order_acquire);
}

void Engine::attach(std::uint32_t index, std::function<void()> callback) { callbacks().attach(index, std::move(callback)); }

// ---------------------------------------------------------------- life

void Engine::close() noexcept {
  Status open = Status::open;
  status_.compare_exchange_strong(open, Status::closed);
}

void Engine::give_up(std::exception_ptr why) noexcept {
  {
    const std::lock_guard guard(state_mutex_);
    if (!why_) why_ = std::move(why);
    Status before = status_.load();
    while (before != Status::terminated && !status_.compare_exchange_weak(before, Status::broken)) {
    }
  }
  for (std::uint32_t index = 0; index < slab_.size(); ++index) {
    auto& state = slot(index).state;
    std::uint64_t now = state.load(std::memory_order_acquire);
    if (!note(index).in_use.load(std::memory_order_relaxed)) continue;
    const std::uint64_t lost = with_kind(fresh(note(index).sequence), Kind::lost);
    while (!(kind_of(now) == Kind::done && sequence_of(now) == note(index).sequence) && now != lost)
      if (state.compare_exchange_weak(now, lost)) break;
    os::futex_wake(os::low_half(state), INT_MAX);
  }
  if (Callbacks* const callbacks = callbacks_.load(std::memory_order_acquire)) callbacks->look_at_all();
  if (monitor_) monitor_->nudge();
}

// Everything that runs has ended. On the callback thread the thread itself goes on to its end.
void Engine::end(bool kill) noexcept {
  if (monitor_) kill ? monitor_->terminate() : monitor_->finish();
  if (Callbacks* const callbacks = callbacks_.load(std::memory_order_acquire)) callbacks->end();
  ended_.store(true, std::memory_order_release);
}

// A callback may end the pool while another thread does: that one waits for the callback, so it must not be waited for.
std::unique_lock<std::mutex> Engine::lock_end() {
  Callbacks* const callbacks = callbacks_.load(std::memory_order_acquire);
  if (callbacks != nullptr && callbacks->on_this_thread()) return std::unique_lock(end_mutex_, std::try_to_lock);
  return std::unique_lock(end_mutex_);
}

void Engine::terminate() noexcept {
  if (!ours()) return;
  const auto guard = lock_end();
  if (!guard) return;
  {
    const std::lock_guard state(state_mutex_);
    if (!why_) why_ = std::make_exception_ptr(Cancelled("cohort: the pool was terminated before this task had ended"));
    status_.store(Status::terminated);
  }
  shared_->stop.store(1);
  give_up(why());
  end(true);
}

bool Engine::join(os::SteadyTime until) {
  if (is_open()) throw UsageError("cohort: the pool still takes tasks: close() or terminate() it before join()");
  if (!ours()) return true;
  if (!wait_for_all(until)) return false;
  const auto guard = lock_end();
  if (!guard) return true;
  arena::publish(shared_->stop, 1U);
  wake_everybody();
  end(false);
  return true;
}

std::vector<ProcessHandle> Engine::worker_handles() {
  std::vector<ProcessHandle> handles;
  if (!monitor_) return handles;
  for (auto& state : monitor_->workers()) handles.push_back(process::handle_of(std::move(state)));
  return handles;
}

}  // namespace cohort::pool
