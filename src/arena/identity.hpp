// src/arena/identity.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>

#include "arena/holder.hpp"

namespace cohort::arena::identity {

// Who this process is, on a page that a forked child finds empty, however it was forked. A
// child whose fork ran our handlers is given its own; any other stays nobody for good.
struct Page {
  std::atomic<std::uint64_t> word;  // of the holder; 0: nobody (yet)
  std::atomic<pid_t> pid;
};

namespace detail {
extern std::atomic<Page*> page;
extern bool wiped;  // the system empties the page; else the pid is compared, at the price of a system call
bool same_process(const Page& mine) noexcept;
}  // namespace detail

// The holder word of this process, or 0.
inline std::uint64_t word() noexcept {
  const Page* const page = detail::page.load(std::memory_order_acquire);
  if (!page) [[unlikely]]
    return 0;
  const std::uint64_t word = page->word.load(std::memory_order_acquire);
  return detail::wiped || detail::same_process(*page) ? word : 0;
}

inline Holder holder() noexcept { return {word()}; }

// The page must exist before an identity can be set. False: no memory.
bool make_page() noexcept;
void set(Holder holder) noexcept;
void clear() noexcept;

// It had one before a fork took it away.
bool is_lost() noexcept;

}  // namespace cohort::arena::identity
