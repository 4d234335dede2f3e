// bench/fresh_process.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <functional>
#include <stdexcept>
#include <system_error>

namespace bench {

// Runs `measure` in a forked process, for figures that are only true the first time.
inline double in_fresh_process(const std::function<double()>& measure) {
  void* page = mmap(nullptr, sizeof(double), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  auto* figure = static_cast<double*>(page);
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) {
    try {
      *figure = measure();
      _exit(0);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
    _exit(1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  const double result = *figure;
  munmap(page, sizeof(double));
  if (status != 0) throw std::runtime_error("a measurement in a process of its own failed");
  return result;
}

}  // namespace bench
