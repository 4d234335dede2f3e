// examples/processes_beside_pool.cpp                    SPDX-License-Identifier: MIT
//
// A Process is one process for one function: two of them are always two. A pool of two may give
// both tasks to the same worker, if that is free first.
#include <cohort/pool.hpp>
#include <cohort/process.hpp>

#include <unistd.h>
#include <cstdio>

void foo(const char* by) { std::printf("foo by %s: %d\n", by, getpid()); }
void bar(const char* by) { std::printf("bar by %s: %d\n", by, getpid()); }

int main() {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // whole lines, also into a pipe

  cohort::Process first(foo, "process");
  cohort::Process second(bar, "process");
  first.start();
  second.start();
  first.join();
  second.join();

  cohort::Pool pool(2);
  pool.apply_async(foo, "pool");
  pool.apply_async(bar, "pool");
}
