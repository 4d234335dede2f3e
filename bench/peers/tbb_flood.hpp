// bench/peers/tbb_flood.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include "../clock.hpp"

#include <tbb/task_group.h>

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace bench {

// Runs `tasks` calls of `function` one by one in a task_group, each storing its result where it can
// be read afterwards, then reads all. Gives tasks per second.
//
// `outstanding` bounds what is queued; a task_group can only be waited for as a whole, so a bound
// drains it each time. 0: no bound.
template <class F>
double tbb_flood(F function, std::int64_t tasks, std::int64_t outstanding = 0) {
  std::vector<std::int64_t> results(static_cast<std::size_t>(tasks));
  std::int64_t sum = 0;
  const auto start = Clock::now();
  tbb::task_group group;
  for (std::int64_t i = 0; i < tasks; ++i) {
    group.run([&results, function, i] { results[static_cast<std::size_t>(i)] = function(i); });
    if (outstanding != 0 && (i + 1) % outstanding == 0) group.wait();
  }
  group.wait();
  sum = std::accumulate(results.begin(), results.end(), std::int64_t{0});
  const double rate = static_cast<double>(tasks) / seconds_since(start);
  if (sum != tasks * (tasks - 1) / 2) throw std::logic_error("oneTBB's results are not the expected ones");
  return rate;
}

}  // namespace bench
