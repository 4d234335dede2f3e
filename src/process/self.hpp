// src/process/self.hpp                             SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "process/state.hpp"

namespace cohort::process {

// Who this process is, and which children it started itself. One per process; forked copies are put right by become().
class Self {
 public:
  static Self& get();

  std::string name();
  pid_t pid() const noexcept { return pid_; }
  bool daemon() const noexcept { return daemon_; }
  pid_t parent_pid() const noexcept { return parent_pid_; }
  std::string parent_name();
  bool is_child() const noexcept { return parent_pid_ != 0; }

  // "Process-1", nested "Process-1:2"; for a derived class its own name.
  std::string next_name(const std::string& kind);

  void add(std::shared_ptr<State> child);
  // Those that have not ended; the others are forgotten.
  std::vector<std::shared_ptr<State>> children();
  std::shared_ptr<State> parent();

  void become(std::string name, bool daemon);

 private:
  Self();

  std::mutex mutex_;
  std::string name_;
  std::string parent_name_;
  std::shared_ptr<State> parent_;
  std::vector<std::shared_ptr<State>> children_;
  pid_t pid_;
  pid_t parent_pid_ = 0;
  bool daemon_ = false;
  int count_ = 0;
};

}  // namespace cohort::process
