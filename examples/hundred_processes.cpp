// examples/hundred_processes.cpp                        SPDX-License-Identifier: MIT
//
// A hundred small jobs: a process for each, and a pool of five for all. The output is the same;
// what starting a process costs is the difference.
#include <cohort/pool.hpp>
#include <cohort/process.hpp>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

using Clock = std::chrono::steady_clock;

void print_ten(int job) {
  std::string line = "job " + std::to_string(job) + ":";
  for (int n = 10 * job; n < 10 * job + 10; ++n) line += ' ' + std::to_string(n);
  std::puts(line.c_str());
}

void with_processes() {
  std::vector<cohort::Process> processes;
  for (int job = 0; job < 100; ++job) processes.emplace_back(print_ten, job).start();
  for (auto& process : processes) process.join();
}

void with_a_pool() {
  cohort::Pool pool(5);
  for (int job = 0; job < 100; ++job) pool.apply_async(print_ten, job);
}

int main() {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // whole lines, also into a pipe
  for (auto way : {&with_processes, &with_a_pool}) {
    const auto start = Clock::now();
    way();
    const auto took = std::chrono::duration<double, std::milli>(Clock::now() - start);
    std::printf("%s: %.1f ms\n", way == &with_processes ? "a hundred processes" : "a pool of five", took.count());
  }
}
