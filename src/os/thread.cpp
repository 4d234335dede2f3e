// src/os/thread.cpp                                SPDX-License-Identifier: MIT
#include "os/thread.hpp"

#include <signal.h>
#include <sys/stat.h>

#include <atomic>
#include <utility>

namespace cohort::os {

namespace {

std::atomic<int> own_threads{0};

}  // namespace

std::thread quiet_thread(std::function<void()> body) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  struct Restore {
    const sigset_t& mask;
    ~Restore() { ::pthread_sigmask(SIG_SETMASK, &mask, nullptr); }
  } restore{before};
  own_threads.fetch_add(1);
  try {
    return std::thread([body = std::move(body)] {
      body();
      own_threads.fetch_sub(1);
    });
  } catch (...) {
    own_threads.fetch_sub(1);
    throw;
  }
}

int foreign_threads() noexcept {
  struct stat tasks {};
  if (::stat("/proc/self/task", &tasks) != 0) return 1;
  return static_cast<int>(tasks.st_nlink) - 2 - own_threads.load();  // one link a thread, and "." and ".."
}

}  // namespace cohort::os
