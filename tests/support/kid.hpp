// tests/support/kid.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include "support/child.hpp"

#include "arena/records.hpp"

#include <csignal>
#include <functional>
#include <utility>

namespace cohort::test {

// A child forked in the ordinary way, and who it is in the arena. Its end is reported there as a pool would do it.
class Kid {
 public:
  explicit Kid(const std::function<int()>& body) : Kid(Child::fork(body)) {}
  // One that was forked just now.
  explicit Kid(Child child) : child_(std::move(child)), ref_(arena::born()) {}
  Kid(Kid&&) = delete;
  ~Kid() {
    child_.kill(SIGKILL);
    bury();
  }

  Child& child() { return child_; }
  pid_t pid() const { return child_.pid(); }
  arena::ProcessRef ref() const { return ref_; }

  // Waits for its end without telling the arena.
  Exit wait() { return child_.wait(); }
  Exit kill() {
    child_.kill(SIGKILL);
    return wait();
  }

  // The same, and tells.
  Exit bury() {
    const Exit exit = wait();
    arena::process_died(ref_);
    return exit;
  }

 private:
  Child child_;
  arena::ProcessRef ref_;
};

}  // namespace cohort::test
