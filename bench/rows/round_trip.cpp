// bench/rows/round_trip.cpp                      SPDX-License-Identifier: MIT
//
// Timed on each side: runs of 32 round trips one after the other, so that reading the clock does
// not count; the figure is the median run divided by 32. Ours: encode a number, hand it to a
// sleeping or spinning worker, run a function, wait for its result, decode it. The peer: store a
// number, wait until the other process has stored it back, nothing else.
#include "../clock.hpp"
#include "../peers/bare_ping_pong.hpp"
#include "../peers/condvar_pool.hpp"
#include "../peers/cpython.hpp"
#include "../rows.hpp"
#include "../statistics.hpp"
#include "same.hpp"

#include <cohort/pool.hpp>

#include <cstdint>
#include <stdexcept>
#include <vector>

namespace bench {
namespace {

constexpr int kTripsPerRun = 32;
constexpr int kRuns = 1'000;
constexpr int kRounds = 21;

// The median round trip in microseconds.
template <class F>
double microseconds_per_trip(int runs, F trip) {
  std::vector<double> times;
  times.reserve(static_cast<std::size_t>(runs));
  for (int run = 0; run < runs; ++run) {
    times.push_back(seconds([&] {
      for (int i = 0; i < kTripsPerRun; ++i) trip();
    }));
  }
  return median_of(times) / kTripsPerRun * 1e6;
}

void check(std::int64_t answer) {
  if (answer != 7) throw std::logic_error("a wrong answer");
}

double ours(cohort::Pool& pool) {
  return microseconds_per_trip(kRuns, [&] { check(pool.apply(same, std::int64_t{7})); });
}

// Its other process spins for ever: it lives for one measurement only.
template <class Wait>
double bare(int runs) {
  BarePingPong<Wait> processes;
  return microseconds_per_trip(runs, [&] { processes.round_trip(); });
}

double through_threads() {
  CondvarPool threads(2);
  return microseconds_per_trip(kRuns / 10, [&] { check(threads.submit(same, std::int64_t{7}).get()); });
}

void body(Session& session) {
  Cpython python;
  cohort::Pool pool(2);
  session.compare(
      kRounds, [&] { return ours(pool); }, [] { return bare<Spinning>(kRuns); });
  session.also("two bare processes, futex", "µs", 5, [] { return bare<Sleeping>(kRuns / 10); });
  session.also("thread pool with a condition variable and futures", "µs", 5, through_threads);
  session.also("CPython Pool(2).apply", "µs", 3, [&] { return python.apply(2, 2'000) * 1e6; });
}

}  // namespace

Row round_trip() {
  return {"apply, round trip", "µs", "spinning ping-pong of two bare processes", Better::lower, 4, body};
}

}  // namespace bench
