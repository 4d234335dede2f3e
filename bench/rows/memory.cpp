// bench/rows/memory.cpp                      SPDX-License-Identifier: MIT
//
// Idle worker: pages that only this process has mapped, as /proc/<pid>/smaps_rollup counts them,
// of the larger of two workers that have done 1,000 tasks and sleep; the peer is a child forked
// by the same process that sleeps at once.
//
// Queued task: a million tasks with one number each wait behind two that hold the workers. Counted
// is by how much the memory of the whole family grew, divided by a million: what the shared
// segment holds, touched or not, and all anonymous memory of the parent and its descendants. The
// handles that apply_async gives are dropped; what they take when kept is reported beside it.
#include "../footprint.hpp"
#include "../fresh_process.hpp"
#include "../peers/bare_child.hpp"
#include "../peers/shared_words.hpp"
#include "../rows.hpp"
#include "same.hpp"

#include <cohort/pool.hpp>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

namespace bench {
namespace {

using namespace std::chrono_literals;

constexpr double kKib = 1024;
constexpr std::int64_t kQueued = 1'000'000;

double idle_worker() {
  cohort::Pool pool(2);
  std::vector<cohort::AsyncResult<std::int64_t>> results;
  for (std::int64_t i = 0; i < 1'000; ++i) results.push_back(pool.apply_async(same, i));
  for (const auto& result : results) result.get();
  std::this_thread::sleep_for(50ms);
  std::size_t most = 0;
  for (const auto& worker : pool.workers()) most = std::max(most, private_bytes(worker.pid()));
  return static_cast<double>(most) / kKib;
}

double idle_child() {
  const BareChild child([] { pause(); });
  std::this_thread::sleep_for(50ms);
  return static_cast<double>(private_bytes(child.pid())) / kKib;
}

void compare_idle(Session& session) {
  session.compare(
      9, [] { return in_fresh_process(idle_worker); }, [] { return in_fresh_process(idle_child); });
  session.bar(1 + 1024 / session.peer(), "≤ peer + 1 MiB");
  session.also("more than the bare child", "KiB", session.ours() - session.peer());
}

SharedWords::Word* held = nullptr;  // how many workers are held
SharedWords::Word* open = nullptr;  // not zero: they may go on

void hold() {
  held->fetch_add(1);
  while (open->load() == 0) std::this_thread::sleep_for(1ms);
}

struct Growth {
  double shared = 0, unshared = 0;  // bytes per task
};

// `keep` does with each handle what is to be measured.
template <class Keep>
Growth growth_of_a_million(Keep keep) {
  const SharedWords words;
  held = &words[0], open = &words[1];
  cohort::Pool pool(2);
  for (int i = 0; i < 2; ++i) pool.apply_async(hold);
  while (held->load() != 2) std::this_thread::sleep_for(1ms);
  const Footprint before = footprint();
  for (std::int64_t i = 0; i < kQueued; ++i) keep(pool.apply_async(same, i));
  const Footprint after = footprint();
  open->store(1);
  const auto per_task = [](std::size_t now, std::size_t then) {
    return (static_cast<double>(now) - static_cast<double>(then)) / kQueued;
  };
  return {per_task(after.shared, before.shared), per_task(after.unshared, before.unshared)};
}

Growth dropping() {
  return growth_of_a_million([](const auto&) {});
}

double all_dropping() {
  const Growth growth = dropping();
  return growth.shared + growth.unshared;
}

double all_keeping() {
  std::vector<cohort::AsyncResult<std::int64_t>> handles;
  const Growth growth = growth_of_a_million([&](auto handle) { handles.push_back(std::move(handle)); });
  return growth.shared + growth.unshared;
}

void compare_queued(Session& session) {
  session.compare(
      5, [] { return in_fresh_process(all_dropping); }, [] { return 1.0; });
  session.bar(160, "≤ 160 bytes");
  session.also("of it in shared memory", "bytes", 1, [] { return in_fresh_process([] { return dropping().shared; }); });
  session.also("with all handles kept in a std::vector", "bytes", 1, [] { return in_fresh_process(all_keeping); });
  session.also("size of a handle", "bytes", sizeof(cohort::AsyncResult<std::int64_t>));
}

}  // namespace

Row memory_of_an_idle_worker() {
  return {"private memory of an idle worker", "KiB", "a bare forked child", Better::lower, 1, compare_idle};
}

Row memory_of_queued_tasks() {
  return {"memory of each of 1 million queued tasks",
          "bytes",
          "none: 1 byte, so that the ratio is the figure",
          Better::lower,
          160,
          compare_queued};
}

}  // namespace bench
