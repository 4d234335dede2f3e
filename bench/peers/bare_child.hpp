// bench/peers/bare_child.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

namespace bench {

// A forked process and nothing around it. Killed and reaped at the end.
class BareChild {
 public:
  template <class F>
  explicit BareChild(F body) : pid_(fork()) {
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid_ != 0) return;
    body();
    _exit(0);
  }
  BareChild(const BareChild&) = delete;
  BareChild& operator=(const BareChild&) = delete;
  ~BareChild() {
    if (!reaped_) kill(pid_, SIGKILL);
    reap();
  }

  pid_t pid() const { return pid_; }

  void reap() {
    if (!reaped_) waitpid(pid_, nullptr, 0);
    reaped_ = true;
  }

 private:
  pid_t pid_;
  bool reaped_ = false;
};

}  // namespace bench
