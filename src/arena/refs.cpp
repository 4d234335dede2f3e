// src/arena/refs.cpp                      SPDX-License-Identifier: MIT
#include <cohort/detail/arena/refs.hpp>

#include <cohort/errors.hpp>

#include <memory>
#include <mutex>
#include <unordered_map>

#include "arena/arena.hpp"
#include "arena/dead.hpp"
#include "arena/failure.hpp"
#include "arena/identity.hpp"
#include "arena/locals.hpp"

namespace cohort::arena {
namespace {

using detail::Local;

constinit std::mutex mutex;

// Never destroyed: objects with static storage may refer to something until the very end.
using Table = std::unordered_map<std::uint64_t, std::unique_ptr<Local>>;
Table& table() {
  static Table& table = *new Table;
  return table;
}

// Room first, shared memory afterwards: nothing can throw in between.
Local& make_room(std::uint64_t object) {
  auto local = std::make_unique<Local>();
  local->object = object;
  return *table().insert_or_assign(object, std::move(local)).first->second;
}

Holder this_process() { return self().holder(); }

// False if others refer to it still.
bool give_up(Local& local) noexcept {
  std::uint64_t count = local.count.load(std::memory_order_relaxed);
  while (count > 1)
    if (local.count.compare_exchange_weak(count, count - 1, std::memory_order_release)) return false;
  return true;
}

}  // namespace

Ref Ref::make(std::size_t bytes, Contents contents) {
  const Block block = allocate(bytes);
  Failure failure = Failure::none;
  const std::scoped_lock lock(mutex);
  Local* local = nullptr;
  try {
    local = &make_room(block.offset);
    local->size = block.size;
    local->ticket = references::add_first(block.offset, failure);
    check(failure, sizeof(Entry));
    if (!references::make_object(block.offset, contents == Contents::owned)) fail(Failure::damaged, bytes);
  } catch (...) {
    if (local && local->ticket != kNoTicket) references::forget(local->ticket);
    table().erase(block.offset);
    release(block.offset, identity::holder());
    throw;
  }
  return Ref(local);
}

Ref::Ref(const Ref& other) noexcept : local_(other.local_) {
  if (local_) local_->count.fetch_add(1, std::memory_order_relaxed);
}

// The last one under the lock, so that from_message() never finds one that is about to go;
// the shared half after it, because that may take a while.
void Ref::drop() noexcept {
  if (!give_up(*local_)) return;
  Ticket ticket = kNoTicket;
  {
    const std::scoped_lock lock(mutex);
    if (local_->count.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    ticket = local_->ticket;
    const auto found = table().find(local_->object);
    if (found != table().end() && found->second.get() == local_) table().erase(found);
  }
  if (identity::word() == 0) return;
  references::drop(ticket);
  finish_leaving();
}

std::uint64_t Ref::to_message(Holder message) const {
  const Holder me = this_process();
  Failure failure = Failure::none;
  const Ticket ticket = references::add(me, local_->object, failure);
  check(failure, sizeof(Entry));
  if (!references::move(ticket, me, message)) fail(Failure::damaged, sizeof(Entry));
  return ticket;
}

Ref Ref::from_message(Holder message, std::uint64_t ticket) {
  const Holder me = this_process();
  const std::scoped_lock lock(mutex);
  const auto object = references::object_of(ticket, message);
  const auto block = object ? block_at(*object) : std::nullopt;
  if (!block) throw DecodeError("cohort: a message names a shared object that it does not hold");
  const auto found = table().find(*object);
  if (found != table().end()) {
    if (!references::move(ticket, message, me)) fail(Failure::damaged, 0);
    references::forget(ticket);
    found->second->count.fetch_add(1, std::memory_order_relaxed);
    return Ref(found->second.get());
  }
  Local& local = make_room(*object);
  local.size = block->size;
  local.ticket = ticket;
  if (!references::move(ticket, message, me)) {
    table().erase(*object);
    fail(Failure::damaged, 0);
  }
  return Ref(&local);
}

std::uint64_t Ref::offset() const noexcept { return local_->object; }
std::size_t Ref::size() const noexcept { return local_->size; }
std::byte* Ref::bytes() const noexcept { return at<std::byte>(local_->object); }

namespace locals {

void lock() noexcept { mutex.lock(); }
void unlock() noexcept { mutex.unlock(); }

bool prepare(ProcessRef child) noexcept {
  Failure failure = Failure::none;
  for (auto& [object, local] : table()) {
    local->childs = references::add(child.holder(), object, failure);
    if (failure != Failure::none) return false;
  }
  return true;
}

void adopt() noexcept {
  for (auto& [object, local] : table()) local->ticket = local->childs;
}

}  // namespace locals
}  // namespace cohort::arena
