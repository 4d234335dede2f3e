// tests/kill/storm.cpp                      SPDX-License-Identifier: MIT
// A pool under load whose workers are killed at random: every sum must be exact, nothing may hang or grow.
//     storm --kills 1000 --workers 4 --seed 1
// COHORT_TEST_KILLS and COHORT_TEST_SEED say the same.
#include "support/clock.hpp"
#include "support/inventory.hpp"
#include "support/watchdog.hpp"

#include <cohort/errors.hpp>
#include <cohort/pool.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <numeric>
#include <random>
#include <ranges>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace cohort::test {
namespace {

std::string setting(const char* name, const std::string& otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr && *text != '\0' ? text : otherwise;
}

struct Options {
  long kills = std::stol(setting("COHORT_TEST_KILLS", "1000"));
  int workers = 4;
  std::uint64_t seed = std::stoull(setting("COHORT_TEST_SEED", std::to_string(std::random_device{}())));
};

struct Totals {
  long rounds = 0;
  long items = 0;
  long lost = 0;  // items without retries whose worker was killed
};

struct Wrong : std::runtime_error {
  using runtime_error::runtime_error;
};

void expect(bool right, const char* what) {
  if (!right) throw Wrong(what);
}

long resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::atol(line.c_str() + 6);
  return 0;
}

long twice(long x) { return 2 * x; }
long slow_twice(long x) {
  std::this_thread::sleep_for(std::chrono::microseconds(100));
  return 2 * x;
}
std::vector<std::uint32_t> up_to(std::uint32_t n) {
  std::vector<std::uint32_t> all(n);
  std::iota(all.begin(), all.end(), 0U);
  return all;
}
std::uint64_t sum_of(const std::vector<std::uint32_t>& all) {
  return std::accumulate(all.begin(), all.end(), std::uint64_t{0});
}

// Sum of 2x for x in [0, n).
long doubled(long n) { return n * (n - 1); }

class Killer {
 public:
  Killer(Pool& pool, const Options& options)
      : pool_(pool),
        goal_(options.kills),
        engine_(options.seed ^ 0x6b696c6c),
        thread_([this](std::stop_token stop) { run(stop); }) {}
  long kills() const { return kills_; }
  bool done() const { return kills_ >= goal_; }

 private:
  void run(std::stop_token stop) {
    std::exponential_distribution<double> pause(1.0 / 1500);  // microseconds
    while (!stop.stop_requested() && !done()) {
      std::this_thread::sleep_for(std::chrono::microseconds(static_cast<long>(pause(engine_))));
      const auto workers = pool_.workers();
      const auto& victim = workers.at(engine_() % workers.size());
      if (!victim.is_alive()) continue;
      victim.kill();
      ++kills_;
    }
  }

  Pool& pool_;
  const long goal_;
  std::mt19937_64 engine_;
  std::atomic<long> kills_ = 0;
  std::jthread thread_;
};

class Storm {
 public:
  explicit Storm(const Options& options)
      : options_(options),
        engine_(options.seed),
        pool_(options.workers),
        stubborn_(pool_.with({.retries = 1'000'000})) {}

  int run() {
    report(0);
    long reported = 0, early = 0;
    Killer killer(pool_, options_);
    while (!killer.done()) {
      expect_within("round " + std::to_string(totals_.rounds) + " of the storm, after " +
                        std::to_string(killer.kills()) + " kills",
                    kDefaultLimit);
      round();
      if (killer.kills() < reported + options_.kills / 5) continue;
      reported = killer.kills();
      report(reported);
      if (early == 0) early = resident_kib();
    }
    expect_within("the end of the storm", kDefaultLimit);
    round();
    report(killer.kills());
    expect(totals_.lost <= killer.kills(), "more items were lost than workers killed");
    expect(slowness() > 2 || resident_kib() - early < 16 * 1024, "memory grew");
    return 0;
  }

 private:
  void round() {
    ++totals_.rounds;
    single_tasks(stubborn_);
    maps();
    items_that_may_be_lost();
    if (totals_.rounds % 8 == 0) large_values();
    if (totals_.rounds % 16 == 0) callbacks();
  }

  long random(long from, long to) { return std::uniform_int_distribution<long>(from, to)(engine_); }

  void single_tasks(Pool::With& pool) {
    const long n = random(1, 400);
    std::vector<AsyncResult<long>> results;
    for (long i = 0; i < n; ++i) results.push_back(pool.apply_async(i % 50 == 0 ? slow_twice : twice, i));
    long sum = 0;
    for (const auto& r : results) sum += r.get();
    expect(sum == doubled(n), "the sum of single tasks");
    totals_.items += n;
  }

  void maps() {
    const long n = random(1, 5000), m = random(1, 100);
    const auto first = stubborn_.map_async(twice, std::views::iota(0L, n));
    const auto second = pool_.with({.retries = 1'000'000, .chunksize = static_cast<int>(random(1, 20))})
                            .map_async(slow_twice, std::views::iota(0L, m));
    const auto sum = [](const std::vector<long>& all) { return std::accumulate(all.begin(), all.end(), 0L); };
    expect(sum(first.get()) == doubled(n), "the sum of a map");
    expect(sum(second.get()) == doubled(m), "the sum of a map of slow items");
    totals_.items += n + m;
  }

  void items_that_may_be_lost() {
    const long n = random(1, 200);
    const auto all =
        pool_.with({.chunksize = static_cast<int>(random(0, 20))}).try_map(slow_twice, std::views::iota(0L, n));
    for (std::size_t i = 0; i < all.size(); ++i) try {
        expect(all[i].value() == 2 * static_cast<long>(i), "an item beside lost ones");
      } catch (const WorkerLost& e) {
        expect(e.task() == i, "the number of the lost item");
        expect(e.exitcode() == -SIGKILL, "the signal of the lost worker");
        ++totals_.lost;
      }
    totals_.items += n;
  }

  void large_values() {
    const auto n = static_cast<std::uint32_t>(random(1, 200'000));
    expect(stubborn_.apply(sum_of, up_to(n)) == sum_of(up_to(n)), "a large argument");
    expect(stubborn_.apply(up_to, n) == up_to(n), "a large result");
    totals_.items += 2;
  }

  void callbacks() {
    const long n = random(1, 50);
    std::atomic<long> sum = 0;
    std::vector<AsyncResult<long>> results;
    for (long i = 0; i < n; ++i) results.push_back(stubborn_.apply_async(twice, i).callback([&](long y) { sum += y; }));
    for (const auto& r : results) r.wait();
    expect(sum == doubled(n), "the sum of callbacks");
    totals_.items += n;
  }

  void report(long kills) const {
    std::printf("%7ld kills %9ld rounds %11ld items %7ld lost %8ld KiB", kills, totals_.rounds, totals_.items,
                totals_.lost, resident_kib());
    for (const auto& [what, n] : take_inventory().counts)
      std::printf("  %s %ju", what.c_str(), static_cast<std::uintmax_t>(n));
    std::printf("\n");
  }

  const Options options_;
  std::mt19937_64 engine_;
  Totals totals_;
  Pool pool_;
  Pool::With stubborn_;
};

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--kills")
      options.kills = std::atol(argv[i + 1]);
    else if (name == "--workers")
      options.workers = std::atoi(argv[i + 1]);
    else if (name == "--seed")
      options.seed = std::strtoull(argv[i + 1], nullptr, 0);
    else
      throw Wrong("unknown option");
  }
  if (argc % 2 == 0 || options.kills < 1) throw Wrong("a number is missing");
  return options;
}

int storm(const Options& options) {
  std::printf("storm --kills %ld --workers %d --seed %ju\n", options.kills, options.workers,
              static_cast<std::uintmax_t>(options.seed));
  warm_up();
  const Inventory before = take_inventory();
  const Stopwatch watch;
  try {
    Storm(options).run();
  } catch (const std::exception& e) {
    std::fprintf(stderr, "storm: wrong: %s\n", e.what());
    return 1;
  }
  std::string grown;
  if (!wait_until([&] { return (grown = growth(before, take_inventory())).empty(); }, Milliseconds(2000))) {
    std::fprintf(stderr, "storm: left behind:\n%s", grown.c_str());
    return 1;
  }
  std::printf("storm: right, in %.1f s\n", watch.milliseconds() / 1000);
  return 0;
}

}  // namespace
}  // namespace cohort::test

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  try {
    const auto options = cohort::test::parse(argc, argv);
    return cohort::test::guarded([&] { return cohort::test::storm(options); });
  } catch (const std::exception& e) {
    std::fprintf(stderr, "storm: %s\nusage: storm [--kills N] [--workers N] [--seed N]\n", e.what());
    return 2;
  }
}
