// src/process/handle.cpp                           SPDX-License-Identifier: MIT
#include <signal.h>

#include <utility>

#include <cohort/detail/core/deadline.hpp>
#include <cohort/process.hpp>

#include "os/cpus.hpp"
#include "process/self.hpp"
#include "process/state.hpp"

namespace cohort {

namespace process {

ProcessHandle handle_of(std::shared_ptr<State> state) { return ProcessHandle(std::move(state)); }

}  // namespace process

ProcessHandle::ProcessHandle(std::shared_ptr<process::State> state) : state_(std::move(state)) {}

std::string ProcessHandle::name() const { return state_->name(); }
pid_t ProcessHandle::pid() const { return state_->pid(); }
bool ProcessHandle::daemon() const { return state_->daemon(); }
bool ProcessHandle::is_alive() const { return state_->is_alive(); }
std::optional<int> ProcessHandle::exitcode() const { return state_->exitcode(); }
void ProcessHandle::join() const { state_->join(os::SteadyTime::max()); }
bool ProcessHandle::join(Timeout timeout) const { return state_->join(detail::Deadline(timeout).at()); }
void ProcessHandle::terminate() const { state_->signal(SIGTERM); }
void ProcessHandle::kill() const { state_->signal(SIGKILL); }
void ProcessHandle::interrupt() const { state_->signal(SIGINT); }
int ProcessHandle::sentinel() const { return state_->pidfd(); }
bool operator==(const ProcessHandle& a, const ProcessHandle& b) { return a.state_ == b.state_ || a.pid() == b.pid(); }

std::vector<ProcessHandle> active_children() {
  std::vector<ProcessHandle> handles;
  for (auto& child : process::Self::get().children()) handles.push_back(process::handle_of(std::move(child)));
  return handles;
}

ProcessHandle current_process() {
  auto& self = process::Self::get();
  return process::handle_of(std::make_shared<process::State>(self.pid(), self.name(), self.daemon(), process::State::Reaper::other));
}

std::optional<ProcessHandle> parent_process() {
  auto parent = process::Self::get().parent();
  if (!parent) return {};
  return process::handle_of(std::move(parent));
}

int cpu_count() { return os::machine_cpus(); }
int usable_cpu_count() { return os::usable_cpus(); }

}  // namespace cohort
