// src/arena/open.cpp                      SPDX-License-Identifier: MIT
#include "arena/open.hpp"

#include <atomic>
#include <mutex>
#include <new>
#include <system_error>

#include <cohort/errors.hpp>

#include "arena/fork.hpp"
#include "arena/identity.hpp"
#include "arena/processes.hpp"
#include "arena/segment.hpp"

namespace cohort::arena {
namespace {

constinit std::mutex opening;
constinit std::atomic<bool> is_ready{false};

// Everything that can fail without a trace comes first.
void prepare_process() {
  if (!identity::make_page()) throw std::bad_alloc();
  handle_forks();
}

}  // namespace

void open() {
  if (is_ready.load(std::memory_order_acquire)) return;
  const std::scoped_lock lock(opening);
  if (is_ready.load(std::memory_order_relaxed)) return;
  prepare_process();
  if (!base()) create_segment();
  register_process();
  is_ready.store(true, std::memory_order_release);
}

void attach(int fd, ProcessRef me) {
  const std::scoped_lock lock(opening);
  if (base()) throw UsageError("cohort: this process has shared memory of its own already");
  prepare_process();
  attach_segment(fd);
  if (!adopt_process(me)) throw Error("cohort: the parent process no longer waits for this one");
  identity::set(me.holder());
  is_ready.store(true, std::memory_order_release);
}

bool is_open() noexcept { return is_ready.load(std::memory_order_acquire); }

ProcessRef self() {
  if (const Holder me = identity::holder()) return process_of(me);
  open();
  const Holder me = identity::holder();
  if (!me) fail(Failure::orphan, 0);
  return process_of(me);
}

ProcessRef claim_child() {
  const ProcessRef me = self();
  Failure failure = Failure::none;
  const ProcessRef child = claim_process(me.index, me, failure);
  check(failure, sizeof(ProcessRecord));
  expect_process(child);
  return child;
}

void lock_opening() noexcept { opening.lock(); }
void unlock_opening() noexcept { opening.unlock(); }

}  // namespace cohort::arena
