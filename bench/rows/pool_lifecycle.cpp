// bench/rows/pool_lifecycle.cpp                      SPDX-License-Identifier: MIT
//
// Timed on each side: ours from before the constructor to after the destructor, with no task in
// between; the peer forks a child that ends at once and waits for it, twice.
#include "../clock.hpp"
#include "../peers/bare_forks.hpp"
#include "../rows.hpp"

#include <cohort/pool.hpp>

namespace bench {
namespace {

constexpr int kRounds = 200;

template <class F>
double microseconds(F work) {
  return seconds(work) * 1e6;
}

void body(Session& session) {
  session.compare(
      kRounds, [] { return microseconds([] { cohort::Pool pool(2); }); }, [] { return microseconds(two_bare_forks); });
  session.also("the two forks side by side", "µs", 50, [] { return microseconds(two_bare_forks_at_once); });
}

}  // namespace

Row pool_lifecycle() {
  return {"create and destroy Pool(2)", "µs", "two bare forks, _exit and wait", Better::lower, 3, body};
}

}  // namespace bench
