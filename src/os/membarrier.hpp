// src/os/membarrier.hpp                            SPDX-License-Identifier: MIT
#pragma once

namespace cohort::os {

// A barrier that one side pays for: a sleeper that announces itself and then calls barrier_everywhere() may re-check,
// and the busy side needs no locked instruction between its store and its look at the announcement (membarrier(2),
// GLOBAL_EXPEDITED between processes, PRIVATE_EXPEDITED between threads of one).

// Announces this process to both. Kept by fork. Called once, before the first sleeper.
void register_for_barriers() noexcept;

// False where the kernel refuses (EPERM, ENOSYS): then the busy side must use a full fence, see fence_if_refused().
bool barriers_granted() noexcept;

void barrier_everywhere() noexcept;
void barrier_own_threads() noexcept;

// The busy side's half: nothing but a compiler barrier where membarrier is granted, else a full fence.
void fence_if_refused() noexcept;

}  // namespace cohort::os
