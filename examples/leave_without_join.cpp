// examples/leave_without_join.cpp                       SPDX-License-Identifier: MIT
//
// A pool that goes out of scope finishes what it was given; nobody has to remember close() and
// join(). Who does not want that says terminate().
#include <cohort/pool.hpp>

#include <chrono>
#include <cstdio>
#include <thread>

using namespace std::chrono_literals;

void work(int n) {
  std::this_thread::sleep_for(200ms);
  std::printf("task %d\n", n);
}

void leave() {
  cohort::Pool pool(5);
  for (int n = 0; n < 10; ++n) pool.apply_async(work, n);
}

void terminate() {
  cohort::Pool pool(5);
  for (int n = 0; n < 10; ++n) pool.apply_async(work, n);
  pool.terminate();
}

int main() {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // whole lines, also into a pipe
  std::puts("left:");
  leave();
  std::puts("terminated:");
  terminate();
  std::puts("nothing is left running");
}
