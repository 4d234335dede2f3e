// src/arena/fork.cpp                      SPDX-License-Identifier: MIT
#include "arena/fork.hpp"

#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <system_error>

#include "arena/dead.hpp"
#include "arena/identity.hpp"
#include "arena/lost_children.hpp"
#include "arena/locals.hpp"
#include "arena/open.hpp"
#include "arena/processes.hpp"
#include "arena/threads.hpp"
#include "arena/warm.hpp"

namespace cohort::arena {
namespace {

// Written and read between prepare and the handlers after it, under all locks.
constinit ProcessRef prepared;

constinit thread_local ProcessRef last_born;

void lock_all() noexcept {
  lock_opening();
  lock_sweeping();
  locals::lock();
}

void unlock_all() noexcept {
  warm::unlock();
  locals::unlock();
  unlock_sweeping();
  unlock_opening();
}

ProcessRef make_child(ProcessRef me) noexcept {
  Failure failure = Failure::none;
  const ProcessRef child = claim_process(me.index, me, failure);
  if (!child || locals::prepare(child)) return child;
  if (condemn(child)) sweep_condemned();
  return {};
}

void before_fork() noexcept {
  lock_all();
  prepared = {};
  if (const Holder me = identity::holder()) {
    sweep_lost_children(true);
    prepared = make_child(process_of(me));
  }
  warm::lock();  // last, because sweeping frees blocks
}

void in_parent() noexcept {
  last_born = prepared;
  unlock_all();
}

void in_child() noexcept {
  last_born = {};
  const bool adopted = prepared && adopt_process(prepared);
  if (adopted) {
    locals::adopt();
    identity::set(prepared.holder());
  } else {
    identity::clear();
  }
  unlock_all();
  if (adopted) try_to_register_thread();
}

}  // namespace

void handle_forks() {
  static constinit std::atomic<bool> done{false};
  if (done.load()) return;
  if (const int error = pthread_atfork(before_fork, in_parent, in_child); error != 0)
    throw std::system_error(error, std::generic_category(), "cohort: pthread_atfork");
  done.store(true);
}

ProcessRef born() noexcept {
  if (last_born) expect_process(last_born);
  return last_born;
}

void fork_failed() noexcept {
  process_died(last_born);
  last_born = {};
}

}  // namespace cohort::arena
