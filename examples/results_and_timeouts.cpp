// examples/results_and_timeouts.cpp                     SPDX-License-Identifier: MIT
//
// What one can ask a result: is it ready, was it successful, wait for a while, get it or its error.
#include <cohort/pool.hpp>

#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>

using namespace std::chrono_literals;

std::string slow() {
  std::this_thread::sleep_for(500ms);
  return "worth waiting for";
}

int fail() { throw std::invalid_argument("no such thing"); }

const char* yes_no(bool b) { return b ? "yes" : "no"; }

int main() {
  cohort::Pool pool(2);

  auto result = pool.apply_async(slow);
  std::printf("ready at once? %s\n", yes_no(result.ready()));
  try {
    std::puts(result.get(20ms).c_str());
  } catch (const cohort::TimeoutError&) {
    std::puts("not within 20 ms");  // the waiting has ended, the task goes on
  }
  std::printf("within a minute? %s\n", yes_no(result.wait(1min)));
  std::printf("ready? %s; successful? %s\n", yes_no(result.ready()), yes_no(result.successful()));
  std::printf("%s\n", result.get().c_str());

  auto failure = pool.apply_async(fail);
  failure.wait();
  std::printf("ready? %s; successful? %s\n", yes_no(failure.ready()), yes_no(failure.successful()));
  try {
    failure.get();
  } catch (const std::invalid_argument& error) {
    std::printf("std::invalid_argument: %s\n", error.what());
  }
}
