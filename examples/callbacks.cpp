// examples/callbacks.cpp                                SPDX-License-Identifier: MIT
//
// A callback gets the result in the parent, and has returned before get() does. An exception in
// a worker arrives as itself; a crash, here of an integer divided by zero, arrives as WorkerLost.
#include <cohort/pool.hpp>

#include <unistd.h>
#include <cstdio>
#include <ranges>
#include <stdexcept>
#include <vector>

int square(int n) { return n * n; }

double inverse(int n) {
  if (n == 0) throw std::domain_error("division by zero");
  return 1.0 / n;
}

int share(int n) { return 100 / n; }  // of integers: a signal on x86, not an exception

int main() {
  const pid_t parent = getpid();  // what callbacks touch is declared before the pool
  cohort::Pool pool(5);

  auto squares = pool.map_async(square, std::views::iota(0, 20)).callback([parent](const std::vector<int>& all) {
    std::printf("callback: %zu squares, %s\n", all.size(), getpid() == parent ? "in the parent" : "elsewhere");
  });
  std::printf("get: %zu squares\n", squares.get().size());

  pool.map_async(inverse, {2, 1, 0})
      .error_callback([](const std::exception& error) {
        const bool itself = dynamic_cast<const std::domain_error*>(&error) != nullptr;
        std::printf("%s: %s\n", itself ? "std::domain_error" : "another error", error.what());
      })
      .wait();

  pool.apply_async(share, 0)
      .error_callback([&pool](const std::exception& error) {
        const auto* lost = dynamic_cast<const cohort::WorkerLost*>(&error);
        std::printf("worker lost: exit code %d\n", lost ? lost->exitcode() : 0);
        pool.close();  // a callback may do that
      })
      .wait();

  pool.join();
  std::puts("the pool is closed");
}
