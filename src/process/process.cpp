// src/process/process.cpp                          SPDX-License-Identifier: MIT
#include <cohort/process.hpp>

#include <cxxabi.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <typeinfo>
#include <utility>

#include <cohort/detail/core/deadline.hpp>
#include <cohort/errors.hpp>

#include "process/child_main.hpp"
#include "process/self.hpp"
#include "process/state.hpp"

namespace cohort {

namespace {

std::string demangled(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), std::free);
  return status == 0 ? name.get() : type.name();
}

// "Process Process-1 ended by an uncaught exception: std::runtime_error: no such file"
void report_uncaught(const std::string& process) noexcept {
  const std::type_info* type = abi::__cxa_current_exception_type();
  const std::string kind = type != nullptr ? demangled(*type) : "unknown";
  try {
    throw;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "Process %s ended by an uncaught exception: %s: %s\n", process.c_str(), kind.c_str(), error.what());
  } catch (...) {
    std::fprintf(stderr, "Process %s ended by an uncaught exception: %s\n", process.c_str(), kind.c_str());
  }
}

}  // namespace

void Process::run() {
  if (target_) target_->call();
}

void Process::start() {
  if (closed_) throw UsageError("cohort: the process object is closed");
  if (state_ || in_child_) throw UsageError("cohort: a process can be started once: make another Process");
  auto& self = process::Self::get();
  const std::string name = options_.name.empty() ? self.next_name(kind()) : options_.name;
  const bool daemon = options_.daemon.value_or(self.daemon());
  auto life = os::LifePipe::make();
  if (!life) throw std::system_error(errno, std::generic_category(), "cohort: no pipe for a child process");
  const pid_t pid = process::fork_child();
  if (pid == 0) {
    life.hold_on();
    run_child(name, daemon);
  }
  life.close_read_end();
  state_ = std::make_shared<process::State>(pid, name, daemon, process::State::Reaper::self);
  state_->record = arena::born();
  state_->life = std::move(life);
  creator_ = ::getpid();
  self.add(state_);
  options_.name = name;
  target_.reset();  // the child has its copy
}

void Process::run_child(const std::string& name, bool daemon) noexcept {
  int code = 0;
  try {
    process::become(name, daemon);
    in_child_ = true;
    options_.name = name;
    options_.daemon = daemon;
    run();
  } catch (...) {
    report_uncaught(name);
    code = 1;
  }
  process::leave(code);
}

std::string Process::kind() const {
  if (typeid(*this) == typeid(Process)) return "Process";
  const std::string full = demangled(typeid(*this));
  return full.substr(full.rfind(':') + 1);  // npos + 1 is 0
}

process::State& Process::started(const char* what) const {
  if (closed_) throw UsageError("cohort: the process object is closed");
  if (!state_) throw UsageError(std::string("cohort: can only ") + what + " a started process: call start() first");
  if (creator_ != ::getpid()) throw UsageError(std::string("cohort: only the process that started it can ") + what + " it");
  return *state_;
}

void Process::join() { started("join").join(os::SteadyTime::max()); }
bool Process::join(Timeout timeout) { return started("join").join(detail::Deadline(timeout).at()); }

bool Process::is_alive() {
  if (in_child_) return true;
  if (!state_ && !closed_) return false;
  return started("test").is_alive();
}

void Process::terminate() { started("terminate").signal(SIGTERM); }
void Process::kill() { started("kill").signal(SIGKILL); }
void Process::interrupt() { started("interrupt").signal(SIGINT); }

void Process::close() {
  if (state_ && started("close").is_alive())
    throw UsageError("cohort: a running process cannot be closed: join() or terminate() it first");
  state_.reset();
  target_.reset();
  closed_ = true;
}

std::optional<pid_t> Process::pid() const {
  if (in_child_) return ::getpid();
  if (closed_) throw UsageError("cohort: the process object is closed");
  if (!state_) return {};
  return state_->pid();
}

std::optional<int> Process::exitcode() {
  if (!state_ && !closed_) return {};
  return started("ask for the exit code of").exitcode();
}

std::string Process::name() const {
  if (options_.name.empty()) options_.name = process::Self::get().next_name(kind());
  return options_.name;
}

void Process::name(std::string name) { options_.name = std::move(name); }

bool Process::daemon() const { return options_.daemon.value_or(process::Self::get().daemon()); }

void Process::daemon(bool daemon) {
  if (state_) throw UsageError("cohort: the process has already started: set daemon before start()");
  options_.daemon = daemon;
}

int Process::sentinel() const { return started("watch").pidfd(); }

ProcessHandle Process::handle() const {
  started("name");
  return process::handle_of(state_);
}

}  // namespace cohort
