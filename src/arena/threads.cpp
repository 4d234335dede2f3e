// src/arena/threads.cpp                      SPDX-License-Identifier: MIT
#include "arena/threads.hpp"

#include <linux/futex.h>

#include <climits>
#include <cstring>

#include "arena/identity.hpp"
#include "arena/processes.hpp"
#include "arena/step.hpp"
#include "os/futex.hpp"

namespace cohort::arena {
namespace {

struct Mine {
  std::uint64_t process = 0;  // whose thread this was when it registered: a forked child's is another
  ThreadRef thread;
};

constinit thread_local Mine mine;
constinit std::atomic<std::uint32_t> cursor{0};

std::atomic<std::uint32_t>& life_of(ThreadRecord& record) noexcept {
  return *reinterpret_cast<std::atomic<std::uint32_t>*>(&record.life.__data.__lock);
}

bool is_marked(ThreadRecord& record) noexcept {
  return (life_of(record).load(std::memory_order_acquire) & FUTEX_OWNER_DIED) != 0;
}

// Free, or of a thread of ours that ended. Those of other processes tell that they ended, until they are swept.
bool can_be_claimed(ThreadRecord& record, State now, std::uint32_t process) noexcept {
  if (now.generation >= kLastGeneration) return false;
  return now.kind == Kind::free || (now.kind == Kind::live && now.owner == process && is_marked(record));
}

ThreadRef claim_in(std::uint64_t from, std::uint64_t count, std::uint32_t process) noexcept {
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto index = static_cast<std::uint32_t>((from + i) % count);
    ThreadRecord& record = thread_record(index);
    const State now = state_of(record.state);
    if (!can_be_claimed(record, now, process)) continue;
    if (now.kind == Kind::live) wake_all_at(record.waiting_on.load(std::memory_order_acquire));
    if (!swap(record.state, now.word(), State{Kind::claimed, now.generation + 1, process}.word())) continue;
    cursor.store(index + 1, std::memory_order_relaxed);
    return {index, now.generation + 1};
  }
  return {};
}

ThreadRef claim(std::uint32_t process) {
  Extent& extent = segment().threads;
  for (int tries = 0; tries < 8; ++tries) {
    const ThreadRef thread = claim_in(cursor.load(std::memory_order_relaxed), extent.refresh(), process);
    if (thread) return thread;
    check(grow_records(extent), sizeof(ThreadRecord));
  }
  fail(Failure::damaged, 0);
}

// The one object of glibc's in the arena. Only ever locked, as unlocking would follow pointers
// in shared memory; and only tried, as a damaged one might never be free.
bool lock_life(ThreadRecord& record) noexcept {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  step();
  pthread_mutex_init(&record.life, &attributes);
  step();
  const bool locked = pthread_mutex_trylock(&record.life) == 0;
  pthread_mutexattr_destroy(&attributes);
  return locked;
}

ThreadRef register_thread(ProcessRef process) {
  const ThreadRef thread = claim(process.index);
  ThreadRecord& record = thread_record(thread.index);
  if (!lock_life(record)) fail(Failure::damaged, 0);
  publish(record.waiting_on, 0);
  const State claimed{Kind::claimed, thread.generation, process.index};
  const State live{Kind::live, thread.generation, process.index};
  if (!swap(record.state, claimed.word(), live.word())) fail(Failure::damaged, 0);
  mine = {process.holder().word, thread};
  return thread;
}

ThreadRecord* record_of(ThreadRef thread) noexcept {
  if (!is_open() || !thread || !segment().threads.contains(thread.index)) return nullptr;
  return &thread_record(thread.index);
}

}  // namespace

void wake_all_at(std::uint64_t offset) noexcept {
  if (offset == 0 || offset % sizeof(std::uint32_t) != 0 || offset >= segment().reservation()) return;
  step();
  os::futex_wake(*at<std::atomic<std::uint32_t>>(offset), INT_MAX);
}

ThreadRef thread_self() {
  const std::uint64_t process = identity::word();
  if (process != 0 && mine.process == process) return mine.thread;
  return register_thread(self());
}

bool thread_is_dead(ThreadRef thread) noexcept {
  ThreadRecord* const record = record_of(thread);
  if (!record) return true;
  const State now = state_of(record->state);
  return now.generation != thread.generation || now.kind == Kind::free || (now.kind == Kind::live && is_marked(*record));
}

std::atomic<std::uint32_t>* life_word(ThreadRef thread) noexcept {
  ThreadRecord* const record = record_of(thread);
  return record ? &life_of(*record) : nullptr;
}

void waiting_on(std::uint64_t word_offset) noexcept {
  const std::uint64_t process = identity::word();
  if (process == 0 || mine.process != process) return;
  announce(thread_record(mine.thread.index).waiting_on, word_offset);
}

// Re-checking that the process is still being swept keeps a sweeper that was stopped from
// taking the records of the next process of that index for those of this one.
void sweep_threads(ProcessRef process) noexcept {
  const std::uint64_t count = segment().threads.refresh();
  for (std::uint64_t i = 0; i < count; ++i) {
    ThreadRecord& record = thread_record(i);
    const State now = state_of(record.state);
    if ((now.kind != Kind::live && now.kind != Kind::claimed) || now.owner != process.index) continue;
    const auto owner = state_of(process);
    if (!owner || owner->kind != Kind::dead) return;
    wake_all_at(record.waiting_on.load(std::memory_order_acquire));
    swap(record.state, now.word(), State{Kind::free, now.generation, 0}.word());
  }
}

bool all_threads_ended(ProcessRef process) noexcept {
  const std::uint64_t count = segment().threads.refresh();
  bool any = false;
  for (std::uint64_t i = 0; i < count; ++i) {
    ThreadRecord& record = thread_record(i);
    const State now = state_of(record.state);
    if ((now.kind != Kind::live && now.kind != Kind::claimed) || now.owner != process.index) continue;
    if (now.kind == Kind::claimed || !is_marked(record)) return false;
    any = true;
  }
  return any;
}

void try_to_register_thread() noexcept {
  try {
    thread_self();
  } catch (...) {  // said again to whoever asks
  }
}

std::uint64_t living_threads() noexcept {
  const std::uint64_t count = segment().threads.refresh();
  std::uint64_t living = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    ThreadRecord& record = thread_record(i);
    const Kind kind = state_of(record.state).kind;
    if (kind == Kind::claimed || (kind == Kind::live && !is_marked(record))) ++living;
  }
  return living;
}

}  // namespace cohort::arena
