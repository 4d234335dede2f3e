// examples/word_count/progress.cpp                      SPDX-License-Identifier: MIT
#include "progress.hpp"

#include <fmt/core.h>
#include <unistd.h>
#include <cstdio>
#include <utility>

namespace word_count {
namespace {

constexpr std::uint64_t kBarWidth = 40;

double mib(std::uint64_t bytes) { return double(bytes) / (1 << 20); }

}  // namespace

Progress::Progress(std::string what, std::uint64_t bytes)
    : what_(std::move(what)), bytes_(bytes), terminal_(::isatty(STDERR_FILENO) == 1) {
  if (terminal_) draw();
}

Progress::~Progress() {
  if (terminal_) fmt::print(stderr, "\n");
}

void Progress::add(std::uint64_t bytes) {
  done_ += bytes;
  if (terminal_) {
    const auto now = Clock::now();
    if (now < next_draw_ && done_ < bytes_) return;
    next_draw_ = now + std::chrono::milliseconds(40);
    return draw();
  }
  if (percent() < next_line_) return;
  fmt::print(stderr, "{}: {} % of {:.1f} MiB\n", what_, percent(), mib(bytes_));
  next_line_ = percent() / 25 * 25 + 25;
}

std::uint64_t Progress::percent() const { return bytes_ == 0 ? 100 : 100 * done_ / bytes_; }

void Progress::draw() {
  const std::uint64_t filled = kBarWidth * percent() / 100;
  fmt::print(stderr, "\r{:<26} [{:#<{}}{:.<{}}] {:>3} %  {:.1f} of {:.1f} MiB ", what_, "", filled, "",
             kBarWidth - filled, percent(), mib(done_), mib(bytes_));
  std::fflush(stderr);
}

}  // namespace word_count
