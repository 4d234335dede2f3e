// src/os/child.cpp                                 SPDX-License-Identifier: MIT
#include "os/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace cohort::os {

namespace {

int milliseconds_until(SteadyTime until) noexcept {
  const auto now = std::chrono::steady_clock::now();
  if (until <= now) return 0;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now).count();
  return static_cast<int>(std::min<long long>(left, INT_MAX));
}

Reaped from(const siginfo_t& info) noexcept {
  Reaped child;
  child.pid = info.si_pid;
  if (child.pid != 0) child.exitcode = info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
  return child;
}

Reaped wait_id(idtype_t type, id_t id, int options) noexcept {
  siginfo_t info{};
  int result = 0;
  do
    result = ::waitid(type, id, &info, options);
  while (result != 0 && errno == EINTR);
  Reaped child = result == 0 ? from(info) : Reaped{};
  child.taken = result != 0 && errno == ECHILD;
  return child;
}

}  // namespace

Fd pidfd_open(pid_t pid) noexcept { return Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }

bool pidfd_signal(const Fd& pidfd, int signal) noexcept {
  return ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) == 0;
}

bool wait_ended(const Fd& pidfd, SteadyTime until) noexcept {
  for (;;) {
    pollfd ended{.fd = pidfd.get(), .events = POLLIN, .revents = 0};
    const int wait = milliseconds_until(until);
    const int ready = ::poll(&ended, 1, wait);
    if (ready > 0) return true;
    if (ready == 0 && std::chrono::steady_clock::now() >= until) return false;
    if (ready < 0 && errno != EINTR) return false;
  }
}

Reaped reap(pid_t pid, bool no_hang) noexcept {
  return wait_id(P_PID, static_cast<id_t>(pid), WEXITED | (no_hang ? WNOHANG : 0));
}

Reaped reap_any() noexcept { return wait_id(P_ALL, 0, WEXITED | WNOHANG); }

void stay_quiet_on_interrupt() noexcept {
  struct sigaction quiet {};
  quiet.sa_handler = [](int) {};
  quiet.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &quiet, nullptr);
}

void prefer_for_memory_killer() noexcept {
  const Fd file(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  if (!file) return;
  [[maybe_unused]] const auto written = ::write(file.get(), "500", 3);
}

}  // namespace cohort::os
