// src/arena/locals.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "arena/records.hpp"
#include "arena/references.hpp"

namespace cohort::arena {

namespace detail {

// However many Refs to an object a process has, it has one entry.
struct Local {
  std::uint64_t object = 0;
  std::size_t size = 0;
  Ticket ticket = kNoTicket;
  Ticket childs = kNoTicket;  // the entry prepared for the child of a fork
  std::atomic<std::uint64_t> count{1};
};

}  // namespace detail

namespace locals {

// Around fork().
void lock() noexcept;
void unlock() noexcept;

// Locked: an entry for the child for each object; false if there is no room.
bool prepare(ProcessRef child) noexcept;
// Locked, in the child: what was prepared is its own now.
void adopt() noexcept;

}  // namespace locals
}  // namespace cohort::arena
