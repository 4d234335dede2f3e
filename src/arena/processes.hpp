// src/arena/processes.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "arena/failure.hpp"
#include "arena/record_table.hpp"
#include "arena/records.hpp"

namespace cohort::arena {

constexpr ProcessRef process_of(Holder holder) noexcept {
  return {static_cast<std::uint32_t>(holder.word), static_cast<std::uint32_t>(holder.word >> 32) & kLastGeneration};
}

// The record's state if the reference can be right at all.
std::optional<State> state_of(ProcessRef process) noexcept;

// Claims a free record as BORN, to be freed by the sweep of `claimer` if nothing else comes.
// Nothing is allocated, nothing thrown.
ProcessRef claim_process(std::uint32_t claimer_index, ProcessRef parent, Failure& failure) noexcept;

// Instead of the time of birth: the parent knows that the child exists, and will say when it is gone.
inline constexpr std::uint64_t kExpected = ~std::uint64_t{0};

void expect_process(ProcessRef process) noexcept;

// BORN or EXPECTED becomes LIVE with this process's pid; false if somebody dropped it.
bool adopt_process(ProcessRef process) noexcept;

// Nobody can become, or stay, this process: LIVE, BORN or EXPECTED becomes DEAD. True if it
// is DEAD now, whoever did it.
bool condemn(ProcessRef process) noexcept;

// The end of a sweep.
void free_process(ProcessRef process) noexcept;

// Nanoseconds of the steady clock, as in born_at.
std::uint64_t steady_now() noexcept;

// Makes this process a member of the arena, once; what self() does on first use.
ProcessRef register_process();

}  // namespace cohort::arena
