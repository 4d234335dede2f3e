// bench/peers/bare_ping_pong.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include "bare_child.hpp"
#include "shared_words.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace bench {

// Two processes that hand a number to and fro: the limit of any round trip.
template <class Wait>
class BarePingPong {
 public:
  BarePingPong() : echo_([this] { answer_for_ever(); }) {}

  void round_trip() {
    ++trip_;
    Wait::send(words_[0], trip_);
    Wait::receive(words_[1], trip_);
  }

 private:
  void answer_for_ever() {
    for (std::uint32_t trip = 1;; ++trip) {
      Wait::receive(words_[0], trip);
      Wait::send(words_[1], trip);
    }
  }

  SharedWords words_;
  BareChild echo_;
  std::uint32_t trip_ = 0;
};

// Never sleeps: one cache line there, one back.
struct Spinning {
  static void send(SharedWords::Word& word, std::uint32_t value) { word.store(value, std::memory_order_release); }
  static void receive(SharedWords::Word& word, std::uint32_t value) {
    while (word.load(std::memory_order_acquire) != value) {
    }
  }
};

// Always sleeps: two system calls and a wake-up each way.
struct Sleeping {
  static void send(SharedWords::Word& word, std::uint32_t value) {
    word.store(value, std::memory_order_release);
    syscall(SYS_futex, &word, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  }
  static void receive(SharedWords::Word& word, std::uint32_t value) {
    for (std::uint32_t seen; (seen = word.load(std::memory_order_acquire)) != value;)
      syscall(SYS_futex, &word, FUTEX_WAIT, seen, nullptr, nullptr, 0);
  }
};

}  // namespace bench
