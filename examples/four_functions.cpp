// examples/four_functions.cpp                           SPDX-License-Identifier: MIT
//
// A pool is not tied to one function: four different ones, a process for each.
#include <cohort/pool.hpp>

#include <unistd.h>
#include <chrono>
#include <cstdio>
#include <thread>

using namespace std::chrono_literals;

void say(const char* what) {
  std::this_thread::sleep_for(100ms);
  std::printf("%s in process %d\n", what, getpid());
}

void bake() { say("baked"); }
void brew() { say("brewed"); }
void chop() { say("chopped"); }
void wash() { say("washed"); }

int main() {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // whole lines, also into a pipe
  cohort::Pool pool(4);
  for (auto job : {&bake, &brew, &chop, &wash}) pool.apply_async(job);
  pool.close();
  pool.join();
  std::puts("dinner is ready");
}
