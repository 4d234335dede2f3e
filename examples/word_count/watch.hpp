// examples/word_count/watch.hpp                         SPDX-License-Identifier: MIT
#pragma once

#include <cohort/pool.hpp>

#include <random>
#include <stop_token>
#include <thread>
#include <vector>

namespace word_count {

// Looks every few milliseconds who works in the pool; with chaos it kills one of them each time.
class Watch {
 public:
  Watch(const cohort::Pool& pool, bool chaos) : pool_(pool), chaos_(chaos) {}

  struct Deaths {
    std::size_t died = 0;
    std::size_t killed = 0;  // by chaos
  };
  // Ends the watch.
  Deaths deaths();

 private:
  void look(std::stop_token stop);
  void meet(const std::vector<cohort::ProcessHandle>& workers);
  void kill(const cohort::ProcessHandle& worker);

  const cohort::Pool& pool_;
  const bool chaos_;
  std::minstd_rand random_{std::random_device{}()};
  std::vector<cohort::ProcessHandle> met_;
  std::size_t killed_ = 0;
  std::jthread thread_{[this](std::stop_token stop) { look(stop); }};  // last: it uses the others
};

}  // namespace word_count
