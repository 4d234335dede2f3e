// examples/word_count/interrupt.cpp                     SPDX-License-Identifier: MIT
#include "interrupt.hpp"

#include <csignal>

namespace word_count::interrupt {
namespace {

volatile std::sig_atomic_t pressed = 0;

}  // namespace

void listen() {
  struct sigaction action {};
  action.sa_handler = [](int) { pressed = 1; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
}

void check() {
  if (pressed) throw Interrupted{};
}

}  // namespace word_count::interrupt
