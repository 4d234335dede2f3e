// src/os/life_pipe.hpp                             SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include "os/fd.hpp"

namespace cohort::os {

// How a child learns that its parent died: a pipe whose write end only the parent holds. The child asks the kernel for
// SIGKILL when that end closes (F_SETSIG with O_ASYNC): no thread, nothing to poll, and a stopped child dies as well.
//
// The owner and the signal belong to the open file, so each child needs a pipe of its own. Every forked child closes the
// write ends that its parent holds (pthread_atfork), else a sibling would keep the pipe open.
class LifePipe {
 public:
  LifePipe() noexcept = default;
  LifePipe(LifePipe&& other) noexcept : read_(std::move(other.read_)), write_(std::exchange(other.write_, -1)) {}
  LifePipe& operator=(LifePipe&& other) noexcept;
  ~LifePipe() { cut(); }

  // Empty on failure, with errno.
  static LifePipe make() noexcept;

  explicit operator bool() const noexcept { return static_cast<bool>(read_); }

  // In the child: from now on the parent's end is this process's end. Exits at once if the parent is gone already.
  void hold_on() const noexcept;

  // In the parent: closes the write end, which kills the child that holds on.
  void cut() noexcept;

  // In the parent once the child exists: only the child needs the read end.
  void close_read_end() noexcept { read_.reset(); }

 private:
  Fd read_;
  int write_ = -1;  // registered, so that forked children close it
};

}  // namespace cohort::os
