// examples/word_count/progress.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace word_count {

// How far it is, on stderr: a bar on a terminal, else a line for every quarter.
class Progress {
 public:
  Progress(std::string what, std::uint64_t bytes);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void add(std::uint64_t bytes);

 private:
  using Clock = std::chrono::steady_clock;

  std::uint64_t percent() const;
  void draw();

  std::string what_;
  std::uint64_t bytes_;
  std::uint64_t done_ = 0;
  bool terminal_;
  std::uint64_t next_line_ = 25;   // in percent
  Clock::time_point next_draw_{};  // not more often than an eye can follow
};

}  // namespace word_count
