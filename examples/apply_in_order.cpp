// examples/apply_in_order.cpp                           SPDX-License-Identifier: MIT
//
// apply() waits: each task runs in a worker, and the next one is sent when its result is here.
#include <cohort/pool.hpp>

#include <unistd.h>
#include <cstdio>

int square(int n) {
  std::printf("square of %d, in process %d\n", n, getpid());
  return n * n;
}

int main() {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // whole lines, also into a pipe
  cohort::Pool pool(2);
  for (int n = 0; n < 10; ++n) {
    const int result = pool.apply(square, n);
    std::printf("is %d\n", result);
  }
}
