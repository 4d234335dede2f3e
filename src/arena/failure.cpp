// src/arena/failure.cpp                      SPDX-License-Identifier: MIT
#include "arena/failure.hpp"

#include <string>

#include <cohort/errors.hpp>

#include "arena/arena.hpp"
#include "arena/limit.hpp"

namespace cohort::arena {
namespace {

std::string limit_text(std::uint64_t bytes) {
  return "cohort: shared memory has reached its limit of " + bytes_text(limit()) + ": " + bytes_text(used()) +
         " are in use and " + bytes_text(bytes) +
         " more were asked for; let go of results and messages that are no longer needed, or set the environment "
         "variable COHORT_MEMORY (as in COHORT_MEMORY=8G) before the program starts";
}

}  // namespace

void fail(Failure failure, std::uint64_t bytes) {
  switch (failure) {
    case Failure::limit:
      throw Error(limit_text(bytes));
    case Failure::memory:
      throw Error("cohort: the system has no memory for " + bytes_text(bytes) + " more of shared memory; " +
                  bytes_text(used()) + " are in use");
    case Failure::full:
      throw Error("cohort: there is no room for " + bytes_text(bytes) +
                  " in the address space reserved for shared memory: the largest block is smaller, or all blocks of "
                  "that size are taken; a larger RLIMIT_AS (ulimit -v) makes room");
    case Failure::closed:
      throw Error(
          "cohort: the descriptor of the shared memory was closed by the program (a loop over all descriptors?): "
          "shared memory cannot grow any more");
    case Failure::orphan:
      throw Error(
          "cohort: this process was made by _Fork, clone or a fork that found no room for it in shared memory, so it "
          "holds nothing of what its parent held: use fork() or cohort::Process");
    case Failure::none:
    case Failure::damaged:
      break;
  }
  throw Error("cohort: shared memory was damaged: a process wrote where it should not have");
}

}  // namespace cohort::arena
