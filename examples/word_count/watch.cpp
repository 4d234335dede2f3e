// examples/word_count/watch.cpp                         SPDX-License-Identifier: MIT
#include "watch.hpp"

#include <algorithm>
#include <chrono>

namespace word_count {

using namespace std::chrono_literals;

Watch::Deaths Watch::deaths() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  const auto died = std::ranges::count_if(met_, [](const auto& worker) { return !worker.is_alive(); });
  return {std::size_t(died), killed_};
}

void Watch::look(std::stop_token stop) {
  std::uniform_int_distribution<> milliseconds(2, 6);
  while (!stop.stop_requested()) {
    const auto workers = pool_.workers();
    meet(workers);
    if (chaos_ && !workers.empty()) kill(workers[random_() % workers.size()]);
    std::this_thread::sleep_for(milliseconds(random_) * 1ms);
  }
}

void Watch::meet(const std::vector<cohort::ProcessHandle>& workers) {
  for (const auto& worker : workers) {
    if (std::ranges::find(met_, worker) == met_.end()) met_.push_back(worker);
  }
}

void Watch::kill(const cohort::ProcessHandle& worker) {
  if (!worker.is_alive()) return;
  worker.kill();
  worker.join();
  ++killed_;
}

}  // namespace word_count
