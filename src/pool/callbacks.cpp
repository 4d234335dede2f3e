// src/pool/callbacks.cpp                           SPDX-License-Identifier: MIT
#include "pool/callbacks.hpp"

#include <climits>
#include <utility>

#include "os/thread.hpp"
#include "pool/engine.hpp"

namespace cohort::pool {

Callbacks::Callbacks(Engine& engine) : engine_(engine) {
  engine_.add_owner();
  thread_ = os::quiet_thread([this] {
    id_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    Engine& owner = engine_;  // this object may go with the engine
    run();
    owner.drop_owner();
  });
}

Callbacks::~Callbacks() {
  if (thread_.joinable()) thread_.detach();  // only the thread itself gets here unjoined: it was the last owner
}

void Callbacks::attach(std::uint32_t index, std::function<void()> callback) {
  {
    const std::lock_guard guard(mutex_);
    Extra& extra = engine_.extra(index);
    extra.callbacks.push_back(std::move(callback));
    if (!std::exchange(extra.callbacks_open, true)) ++open_;
  }
  auto& state = engine_.slot(index).state;
  std::uint64_t now = state.load(std::memory_order_acquire);
  while (!is_final(now) && !state.compare_exchange_weak(now, now | kNotify)) {
  }
  if (is_final(now)) look_at(index);
}

bool Callbacks::returned(std::uint32_t index) {
  if (on_this_thread()) return true;
  const std::lock_guard guard(mutex_);
  return !engine_.extra(index).callbacks_open;
}

bool Callbacks::wait(std::uint32_t index, os::SteadyTime until) {
  if (on_this_thread()) return true;
  std::unique_lock lock(mutex_);
  const Extra& extra = engine_.extra(index);
  const auto done = [&extra] { return !extra.callbacks_open; };
  if (until != os::SteadyTime::max()) return returned_.wait_until(lock, until, done);
  returned_.wait(lock, done);
  return true;
}

bool Callbacks::wait_all(os::SteadyTime until) {
  if (on_this_thread()) return true;
  std::unique_lock lock(mutex_);
  const auto done = [this] { return open_ == 0; };
  if (until != os::SteadyTime::max()) return returned_.wait_until(lock, until, done);
  returned_.wait(lock, done);
  return true;
}

void Callbacks::look_at(std::uint32_t index) {
  {
    const std::lock_guard guard(mutex_);
    ready_.push_back(index);
  }
  ring();
}

void Callbacks::look_at_all() noexcept {
  all_.store(true);
  ring();
}

void Callbacks::ring() noexcept {
  auto& bell = engine_.shared().completion_bell;
  bell.fetch_add(1);
  os::futex_wake(bell, INT_MAX);
}

void Callbacks::run() noexcept {
  for (;;) {
    const bool last = ending_.load();
    while (run_ready()) {
    }
    if (last) return;
    sleep();
  }
}

bool Callbacks::run_ready() {
  std::vector<std::uint32_t> batch;
  take_completed(batch);
  {
    const std::lock_guard guard(mutex_);
    batch.insert(batch.end(), ready_.begin(), ready_.end());
    ready_.clear();
  }
  if (all_.exchange(false))
    for (std::uint32_t index = 0; index < engine_.slab().size(); ++index)
      if (engine_.note(index).in_use.load(std::memory_order_acquire)) batch.push_back(index);
  for (const std::uint32_t index : batch) run_callbacks_of(index);
  return !batch.empty();
}

// The stack gives the last one first. Its links were written by workers, so each is looked up, and no more are followed
// than there are slots.
void Callbacks::take_completed(std::vector<std::uint32_t>& into) {
  auto& stack = engine_.shared().completed;
  if (stack.load(std::memory_order_relaxed) == 0) return;
  std::uint64_t offset = stack.exchange(0, std::memory_order_acquire);
  std::vector<std::uint32_t> reversed;
  while (offset != 0 && reversed.size() < engine_.slab().size()) {
    const std::uint32_t index = engine_.slab().find(offset);
    if (index == Slab::kNone) break;
    reversed.push_back(index);
    offset = engine_.slot(index).token;
  }
  // A slot that is in use again has no link any more: then the rest of the chain must be found by looking.
  if (offset != 0) all_.store(true);
  into.insert(into.end(), reversed.rbegin(), reversed.rend());
}

void Callbacks::run_callbacks_of(std::uint32_t index) {
  if (!is_final(engine_.slot(index).state.load(std::memory_order_acquire))) return;
  Extra* const extra = engine_.note(index).extra.load(std::memory_order_acquire);
  if (extra == nullptr) return;
  std::vector<std::function<void()>> callbacks;
  {
    const std::lock_guard guard(mutex_);
    callbacks.swap(extra->callbacks);
  }
  if (callbacks.empty()) return;
  std::exception_ptr thrown;
  for (auto& callback : callbacks) try {
      callback();
    } catch (...) {
      if (!thrown) thrown = std::current_exception();
    }
  if (thrown) engine_.set_error(index, thrown);
  {
    const std::lock_guard guard(mutex_);
    extra->callbacks_open = !extra->callbacks.empty();
    if (!extra->callbacks_open) --open_;
    returned_.notify_all();
  }
  // Only now may the slot go: each callback holds a handle to it.
}

void Callbacks::sleep() {
  Shared& shared = engine_.shared();
  const std::uint32_t bell = shared.completion_bell.load();
  shared.completion_asleep.store(1);
  bool nothing = shared.completed.load() == 0 && !all_.load() && !ending_.load();
  {
    const std::lock_guard guard(mutex_);
    nothing = nothing && ready_.empty();
  }
  if (nothing) os::futex_wait(shared.completion_bell, bell, std::chrono::steady_clock::now() + std::chrono::milliseconds(500));
  shared.completion_asleep.store(0);
}

void Callbacks::end() noexcept {
  ending_.store(true);
  ring();
  if (on_this_thread()) return;
  const std::lock_guard guard(thread_mutex_);
  if (thread_.joinable()) thread_.join();
}

}  // namespace cohort::pool
