// src/process/self.cpp                             SPDX-License-Identifier: MIT
#include "process/self.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <system_error>
#include <utility>

#include "arena/records.hpp"
#include "os/thread.hpp"
#include "process/child_main.hpp"

namespace cohort::process {

namespace {

// At the end of the program: daemonic children are ended, the others waited for.
void end_children() {
  Self& self = Self::get();
  if (self.pid() != ::getpid()) return;  // a copy made by a fork() that is not ours
  const auto children = self.children();
  for (const auto& child : children)
    if (child->daemon()) child->signal(SIGTERM);
  for (const auto& child : children) child->join(os::SteadyTime::max());
}

// Only the output streams: a thread that waits for input holds the lock of stdin.
void flush_output() {
  std::cout.flush();
  std::cerr.flush();
  std::clog.flush();
  std::fflush(stdout);
  std::fflush(stderr);
}

void warn_of_threads() {
  static bool warned = false;
  if (warned || os::foreign_threads() <= 1) return;
  warned = true;
  std::fputs(
      "cohort: warning: this program runs threads already, and a process forked now inherits for ever every lock that one of "
      "them holds at this moment. Start pools and processes before other threads.\n",
      stderr);
}

}  // namespace

Self& Self::get() {
  static Self* self = new Self;  // never destroyed: used by exit hooks
  return *self;
}

Self::Self() : name_("MainProcess"), pid_(::getpid()) { std::atexit(end_children); }

std::string Self::name() {
  const std::lock_guard guard(mutex_);
  return name_;
}

std::string Self::parent_name() {
  const std::lock_guard guard(mutex_);
  return parent_name_;
}

std::string Self::next_name(const std::string& kind) {
  const std::lock_guard guard(mutex_);
  ++count_;
  const std::string number = std::to_string(count_);
  const auto dash = name_.find_last_of('-');
  return kind + '-' + (is_child() && dash != std::string::npos ? name_.substr(dash + 1) + ':' + number : number);
}

void Self::add(std::shared_ptr<State> child) {
  const std::lock_guard guard(mutex_);
  children_.push_back(std::move(child));
}

std::vector<std::shared_ptr<State>> Self::children() {
  std::vector<std::shared_ptr<State>> known;
  {
    const std::lock_guard guard(mutex_);
    known = children_;
  }
  std::erase_if(known, [](const auto& child) { return !child->is_alive(); });
  const std::lock_guard guard(mutex_);
  std::erase_if(children_, [&known](const auto& child) { return std::ranges::find(known, child) == known.end() && !child->is_alive(); });
  return known;
}

std::shared_ptr<State> Self::parent() {
  const std::lock_guard guard(mutex_);
  if (parent_pid_ != 0 && !parent_) parent_ = std::make_shared<State>(parent_pid_, parent_name_, false, State::Reaper::other);
  return parent_;
}

// Runs in a process with one thread: the mutex, which another thread may have held at the fork, is made anew.
void Self::become(std::string name, bool daemon) {
  new (&mutex_) std::mutex;
  parent_name_ = std::exchange(name_, std::move(name));
  parent_pid_ = std::exchange(pid_, ::getpid());
  parent_.reset();
  for (auto& child : children_) new std::shared_ptr<State>(std::move(child));  // theirs, and their pipes: kept, not closed twice
  children_.clear();
  daemon_ = daemon;
  count_ = 0;
}

pid_t fork_child() {
  Self::get();
  flush_output();
  warn_of_threads();
  const pid_t pid = ::fork();
  if (pid >= 0) return pid;
  const int error = errno;
  arena::fork_failed();
  throw std::system_error(error, std::generic_category(), "cohort: cannot fork a process");
}

void become(std::string name, bool daemon) { Self::get().become(std::move(name), daemon); }

void leave(int code) noexcept {
  try {
    flush_output();
  } catch (...) {
  }
  ::_exit(code);
}

}  // namespace cohort::process
