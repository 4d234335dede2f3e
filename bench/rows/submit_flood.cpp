// bench/rows/submit_flood.cpp                      SPDX-License-Identifier: MIT
//
// Timed on each side: from before the first submission to after the last result was read, by one
// thread that does both. Each task gets a number and gives it back; the sum of what came back is
// checked. Pools and threads exist beforehand, and so does the vector in which oneTBB's tasks store
// their results. No side has more than 16,384 tasks outstanding. A task_group can only be waited
// for as a whole, so it is drained each time; without that rule it is slower, as reported beside.
#include "../clock.hpp"
#include "../peers/cpython.hpp"
#include "../peers/tbb_flood.hpp"
#include "../peers/tbb_limit.hpp"
#include "../rows.hpp"
#include "same.hpp"

#include <cohort/pool.hpp>

#include <array>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace bench {
namespace {

constexpr std::int64_t kOutstanding = 16'384;
constexpr std::size_t kBatches = 16;  // results are read so many at a time
constexpr std::size_t kBatch = kOutstanding / kBatches;
constexpr std::int64_t kTasks = 300'000;
constexpr std::int64_t kCpythonTasks = 5'000;
constexpr int kRounds = 31;

using Batch = std::vector<cohort::AsyncResult<std::int64_t>>;

std::int64_t get_all(Batch& batch) {
  std::int64_t sum = 0;
  for (const auto& result : batch) sum += result.get();
  batch.clear();
  return sum;
}

double flood(cohort::Pool& pool, std::int64_t tasks) {
  std::array<Batch, kBatches> batches;
  for (Batch& batch : batches) batch.reserve(kBatch);
  std::int64_t sum = 0;
  std::size_t current = 0;
  const auto start = Clock::now();
  for (std::int64_t i = 0; i < tasks; ++i) {
    if (batches[current].size() == kBatch) {
      current = (current + 1) % kBatches;
      sum += get_all(batches[current]);
    }
    batches[current].push_back(pool.apply_async(same, i));
  }
  for (Batch& batch : batches) sum += get_all(batch);
  const double rate = static_cast<double>(tasks) / seconds_since(start);
  if (sum != tasks * (tasks - 1) / 2) throw std::logic_error("the pool's results are not the expected ones");
  return rate;
}

template <int kWorkers>
void against_tbb(Session& session) {
  cohort::Pool pool(kWorkers);
  const TbbLimit limit(2);
  session.compare(
      kRounds, [&] { return flood(pool, kTasks); }, [] { return tbb_flood(same, kTasks, kOutstanding); });
  session.also("oneTBB with any number outstanding", "tasks/s", 9, [] { return tbb_flood(same, kTasks); });
}

void against_cpython(Session& session) {
  Cpython python;
  cohort::Pool pool(2);
  session.compare(
      7, [&] { return flood(pool, kTasks); }, [&] { return python.flood(2, kCpythonTasks); });
}

}  // namespace

Row submit_flood_one_worker() {
  return {
      "submit flood, one worker", "tasks/s", "oneTBB task_group::run, two threads", Better::higher, 2, against_tbb<1>};
}

Row submit_flood_two_workers() {
  return {"submit flood, two workers",
          "tasks/s",
          "oneTBB task_group::run, two threads",
          Better::higher,
          0.75,
          against_tbb<2>};
}

Row submit_flood_against_cpython() {
  return {"submit flood, two workers, against CPython",
          "tasks/s",
          "CPython Pool(2).apply_async",
          Better::higher,
          100,
          against_cpython};
}

}  // namespace bench
