// tests/contract/library_state.cpp                      SPDX-License-Identifier: MIT
// For test programs that link the whole library: what to do before the first test, and what else a test could leave
// behind.
#include "support/inventory.hpp"

#include <cohort/pool.hpp>

#include "arena/stats.hpp"

namespace cohort::test {
namespace {

// The first pool of a program makes what all later ones share.
const WarmUp first_pool([] { Pool(1).apply([] {}); });

const CountsAre arena_counts([]() -> std::map<std::string, std::uint64_t> {
  const arena::Stats now = arena::stats();
  return {{"blocks of the arena", now.blocks_held},
          {"references", now.references},
          {"process records", now.processes},
          {"thread records", now.threads}};
});

}  // namespace
}  // namespace cohort::test
