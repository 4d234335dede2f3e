// tests/support/inventory.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace cohort::test {

// All that a test could leave behind.
struct Inventory {
  std::vector<std::string> descriptors;  // "7 -> pipe:[1234]"
  std::vector<std::string> processes;    // zombies included, orphans too
  std::vector<std::string> names;        // in /dev/shm
  std::vector<std::string> threads;
  std::map<std::string, std::uint64_t> counts;  // what the library itself says it holds
};

Inventory take_inventory();

// What is there more of than before, as lines of text; empty: nothing.
std::string growth(const Inventory& before, const Inventory& after);

// A program whose library can count its own holdings says how; see library_state.cpp.
using Counts = std::function<std::map<std::string, std::uint64_t>()>;
struct CountsAre {
  explicit CountsAre(Counts);
};

// What a program does once before its first test, so that what the library keeps for good is there already.
struct WarmUp {
  explicit WarmUp(std::function<void()>);
};
void warm_up();

}  // namespace cohort::test
