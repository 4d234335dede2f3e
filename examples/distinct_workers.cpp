// examples/distinct_workers.cpp                         SPDX-License-Identifier: MIT
//
// Ten tasks in a pool of two: exactly two processes do them, and join() waits for all ten.
#include <cohort/pool.hpp>

#include <unistd.h>
#include <chrono>
#include <cstdio>
#include <thread>

using namespace std::chrono_literals;

void work(int n) {
  std::this_thread::sleep_for(30ms);
  std::printf("task %d in process %d\n", n, getpid());
}

int main() {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // whole lines, also into a pipe
  cohort::Pool pool(2);
  for (int n = 0; n < 10; ++n) pool.apply_async(work, n);
  std::puts("all are under way");
  pool.close();  // no more will come
  pool.join();
  std::puts("all are done");
}
