// src/pool/pool.cpp                                SPDX-License-Identifier: MIT
#include <cohort/pool.hpp>

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

#include <cohort/detail/core/deadline.hpp>
#include <cohort/errors.hpp>

#include "pool/engine.hpp"

namespace cohort {

namespace detail {

Calls::Calls(pool::Engine* engine, TaskOptions options) : engine_(engine), chunksize_(options.chunksize) {
  if (options.retries < 0) throw std::invalid_argument("cohort: retries cannot be " + std::to_string(options.retries) + ": 0 or more");
  if (options.chunksize < 0)
    throw std::invalid_argument("cohort: chunksize cannot be " + std::to_string(options.chunksize) + ": 1 or more, or 0 to have it chosen");
  if (options.timeout && options.timeout->value().count() == 0)
    throw std::invalid_argument("cohort: a time limit of zero would kill every task: give more than 0, or leave it out");
  limits_.retries = options.retries;
  if (options.timeout && !options.timeout->is_forever()) limits_.timeout = options.timeout->value();
}

void Calls::require_open() const {
  if (!engine().is_open()) engine().abandon(engine().take_slot());
}

pool::Engine& Calls::engine() const {
  if (engine_ == nullptr) throw UsageError("cohort: this pool was moved away: use the one it was moved to");
  return *engine_;
}

ChunkSizer Calls::sizer(std::optional<std::size_t> bytes) const {
  return {engine().workers(), chunksize_, limits_.timeout.count() != 0, bytes};
}

}  // namespace detail

int Pool::checked(int processes) {
  if (processes < 1) throw std::invalid_argument("cohort: a pool needs at least 1 worker process");
  if (static_cast<std::uint32_t>(processes) > pool::kMaxLanes)
    throw std::invalid_argument("cohort: a pool has at most " + std::to_string(pool::kMaxLanes) + " worker processes");
  return processes;
}

Pool::Pool(PoolOptions options) : uncaught_(std::uncaught_exceptions()) {
  const int processes = checked(options.processes.value_or(usable_cpu_count()));
  engine_ = new pool::Engine(static_cast<std::uint32_t>(processes), std::move(options.initializer));
}

Pool::Pool(Pool&& other) noexcept : Calls(other), uncaught_(other.uncaught_) { other.engine_ = nullptr; }

Pool& Pool::operator=(Pool&& other) noexcept {
  if (this == &other) return *this;
  end();
  Calls::operator=(other);
  uncaught_ = std::exchange(other.uncaught_, 0);
  other.engine_ = nullptr;
  return *this;
}

Pool::~Pool() { end(); }

// Nothing a task or a callback does may escape from a destructor; their errors are in their results.
void Pool::end() noexcept {
  if (engine_ == nullptr) return;
  if (std::uncaught_exceptions() > uncaught_) {
    engine_->terminate();
  } else {
    engine_->close();
    engine_->join(os::SteadyTime::max());
  }
  std::exchange(engine_, nullptr)->drop_owner();
}

Pool::With Pool::with(TaskOptions options) const { return {engine(), options}; }

void Pool::close() { engine().close(); }
void Pool::terminate() { engine().terminate(); }
void Pool::join() { engine().join(os::SteadyTime::max()); }
bool Pool::join(Timeout timeout) { return engine().join(detail::Deadline(timeout).at()); }
std::vector<ProcessHandle> Pool::workers() const { return engine().worker_handles(); }

Pool::With::With(pool::Engine& engine, TaskOptions options) : Calls(&engine, options) { engine_->add_owner(); }
Pool::With::With(const With& other) noexcept : Calls(other) { engine_->add_owner(); }
Pool::With& Pool::With::operator=(const With& other) noexcept {
  other.engine_->add_owner();
  engine_->drop_owner();
  Calls::operator=(other);
  return *this;
}
Pool::With::~With() { engine_->drop_owner(); }

}  // namespace cohort
