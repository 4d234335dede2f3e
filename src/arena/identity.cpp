// src/arena/identity.cpp                      SPDX-License-Identifier: MIT
#include "arena/identity.hpp"

#include <unistd.h>

#include "os/memory.hpp"

namespace cohort::arena::identity {

namespace detail {
constinit std::atomic<Page*> page{nullptr};
constinit bool wiped = false;
bool same_process(const Page& mine) noexcept { return mine.pid.load(std::memory_order_relaxed) == getpid(); }
}  // namespace detail

namespace {
constinit std::atomic<bool> had_one{false};
}

bool make_page() noexcept {
  if (detail::page.load(std::memory_order_acquire)) return true;
  bool wiped = false;
  std::byte* const memory = os::make_fork_wiped_page(wiped);
  if (!memory) return false;
  detail::wiped = wiped;
  detail::page.store(reinterpret_cast<Page*>(memory), std::memory_order_release);
  return true;
}

void set(Holder holder) noexcept {
  Page& page = *detail::page.load(std::memory_order_acquire);
  page.pid.store(getpid(), std::memory_order_relaxed);
  page.word.store(holder.word, std::memory_order_release);
  had_one.store(true, std::memory_order_release);
}

void clear() noexcept {
  if (Page* const page = detail::page.load(std::memory_order_acquire)) page->word.store(0, std::memory_order_release);
}

bool is_lost() noexcept { return had_one.load(std::memory_order_acquire) && word() == 0; }

}  // namespace cohort::arena::identity
