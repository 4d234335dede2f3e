// src/arena/open.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include "arena/records.hpp"

namespace cohort::arena {

// A record for a child that will run another image of this program: it gets the segment's
// descriptor and this. To be reported by process_died(), also if it never starts. Throws Error.
ProcessRef claim_child();

// For a process that did not inherit the mapping but its descriptor: maps it and becomes
// `me`, which its parent claimed for it. Throws Error, std::system_error.
void attach(int fd, ProcessRef me);

// Around fork().
void lock_opening() noexcept;
void unlock_opening() noexcept;

}  // namespace cohort::arena
