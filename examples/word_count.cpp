// examples/word_count.cpp                               SPDX-License-Identifier: MIT
//
// Counts the words of all text files below some folders in a pool of worker processes, shows the
// most frequent ones, and says how much faster that was than one process. With --chaos a random
// worker is killed every few milliseconds meanwhile: the counts stay the same.
#include "word_count/counting.hpp"
#include "word_count/files.hpp"
#include "word_count/interrupt.hpp"
#include "word_count/progress.hpp"
#include "word_count/report.hpp"
#include "word_count/watch.hpp"

#include <cohort/pool.hpp>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <string>
#include <vector>

using namespace word_count;
using namespace std::chrono_literals;

namespace {

struct Options {
  std::vector<std::string> folders{"/usr/include", "/usr/share/doc"};
  int workers = cohort::usable_cpu_count();
  bool chaos = false;
  bool check = false;
  bool list_skipped = false;
};

constexpr std::uint64_t kBatch = 512 << 10;      // bytes: a few milliseconds
constexpr std::uint64_t kSmallBatch = 64 << 10;  // short enough to be finished between two deaths
constexpr int kRetries = 1000;
constexpr double kPatience = 20;  // seconds to wait for the comparison

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Every batch is a task; the results are added up in order while later ones are still being
// counted. A worker that dies costs its batch one more try, and nobody else anything.
Pass count_in_pool(const cohort::Pool& pool, const std::vector<Batch>& batches) {
  Progress progress("counting", bytes_in(batches));
  Pass pass;
  const Stopwatch watch;
  auto retrying = pool.with({.retries = kRetries});
  std::deque<cohort::AsyncResult<Counted>> results;
  for (const Batch& batch : batches) results.push_back(retrying.apply_async(count, batch));
  for (const Batch& batch : batches) {
    while (!results.front().wait(50ms)) interrupt::check();
    pass.total.add(results.front().get());
    results.pop_front();
    progress.add(bytes_in(batch));
    interrupt::check();
  }
  pass.seconds = watch.seconds();
  return pass;
}

// The same without a pool. Where that would take long, one batch of several has to do.
Pass count_alone(const std::vector<Batch>& batches, std::size_t every) {
  Progress progress("counting in one process", bytes_in(batches) / every);
  Pass pass;
  pass.complete = every == 1;
  const Stopwatch watch;
  for (std::size_t i = 0; i < batches.size(); i += every) {
    interrupt::check();
    pass.total.add(count(batches[i]));
    progress.add(bytes_in(batches[i]));
  }
  pass.seconds = watch.seconds();
  return pass;
}

int run(const Options& options) {
  const Found found = find_files(options.folders);
  fmt::print(stderr, "{} files, {} worker processes\n", found.files.size(), options.workers);
  const auto batches = batches_of(found.files, options.chaos ? kSmallBatch : kBatch);

  cohort::Pool pool(options.workers);
  Watch watch(pool, options.chaos);
  const Pass pooled = count_in_pool(pool, batches);
  const Watch::Deaths deaths = watch.deaths();
  pool.close();
  pool.join();

  const double expected = pooled.seconds * options.workers;  // in one process
  const auto every = options.check ? 1 : 1 + std::size_t(expected / kPatience);
  const Pass alone = count_alone(batches, every);

  print_words(pooled.total);
  print_figures(pooled, alone, deaths);
  print_skipped(found.skipped, pooled.total.skipped(), options.list_skipped);
  return options.check && !pooled.total.same_counts(alone.total) ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Counts words in a pool of worker processes.");
  app.add_option("DIRS", options.folders, "folders or files")->check(CLI::ExistingPath)->capture_default_str();
  app.add_option("--workers", options.workers, "worker processes")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_flag("--chaos", options.chaos, "kill a random worker every few milliseconds");
  app.add_flag("--check", options.check, "fail unless the counts are those of one process");
  app.add_flag("--skipped", options.list_skipped, "list all skipped files, not only some of each kind");
  CLI11_PARSE(app, argc, argv);

  interrupt::listen();
  try {
    return run(options);
  } catch (const interrupt::Interrupted&) {
    fmt::print(stderr, "interrupted\n");
    return 130;
  } catch (const std::exception& error) {
    fmt::print(stderr, "word_count: {}\n", error.what());
    return 1;
  }
}
