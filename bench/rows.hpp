// bench/rows.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include "harness.hpp"

#include <vector>

namespace bench {

// rows/submit_flood.cpp
Row submit_flood_one_worker();
Row submit_flood_two_workers();
Row submit_flood_against_cpython();

Row round_trip();
Row map_cheap();
Row map_sha256();
Row word_count();
Row pool_lifecycle();
Row death_latency();

// rows/memory.cpp
Row memory_of_an_idle_worker();
Row memory_of_queued_tasks();

inline std::vector<Row> all_rows() {
  return {submit_flood_one_worker(),
          submit_flood_two_workers(),
          submit_flood_against_cpython(),
          round_trip(),
          map_cheap(),
          map_sha256(),
          word_count(),
          pool_lifecycle(),
          death_latency(),
          memory_of_an_idle_worker(),
          memory_of_queued_tasks()};
}

}  // namespace bench
