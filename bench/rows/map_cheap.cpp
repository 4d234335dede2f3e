// bench/rows/map_cheap.cpp                      SPDX-License-Identifier: MIT
//
// Timed on each side: from the call to the full vector of results, which is made in the call. The
// input lies in the caller's private memory; giving the results' memory back is not timed.
#include "../clock.hpp"
#include "../peers/tbb_limit.hpp"
#include "../peers/tbb_map.hpp"
#include "../rows.hpp"

#include <cohort/pool.hpp>

#include <numeric>
#include <stdexcept>
#include <vector>

namespace bench {
namespace {

constexpr std::size_t kItems = 10'000'000;
constexpr int kRounds = 31;

int cheap(int x) { return x * 3 + 1; }

// Millions of items per second.
template <class Map>
double rate(Map map) {
  std::vector<int> out;
  const double time = seconds([&] { out = map(); });
  const std::size_t last = kItems - 1;
  if (out.size() != kItems || out[kItems / 2] != cheap(kItems / 2) || out[last] != cheap(static_cast<int>(last)))
    throw std::logic_error("a map with wrong results");
  return static_cast<double>(kItems) / time;
}

void body(Session& session) {
  cohort::Pool pool(2);
  const TbbLimit limit(2);
  std::vector<int> in(kItems);
  std::iota(in.begin(), in.end(), 0);
  session.compare(
      kRounds, [&] { return rate([&] { return pool.map(cheap, in); }); },
      [&] { return rate([&] { return tbb_map(cheap, in); }); });
}

}  // namespace

Row map_cheap() {
  return {"map of a cheap function, 10 million ints",
          "items/s",
          "tbb::parallel_for into a fresh vector, two threads",
          Better::higher,
          0.7,
          body};
}

}  // namespace bench
