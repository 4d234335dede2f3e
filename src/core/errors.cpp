// src/core/errors.cpp                      SPDX-License-Identifier: MIT
#include <cohort/errors.hpp>

#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <utility>

namespace cohort {

namespace {

std::string seconds_text(std::chrono::nanoseconds time) {
  std::array<char, 32> text{};
  const double seconds = std::chrono::duration<double>(time).count();
  const auto end = std::to_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::general, 6);
  return std::string(text.data(), end.ptr) + " s";
}

std::string lost_text(pid_t pid, int exitcode, std::optional<std::uint64_t> task) {
  std::string text = "cohort: worker " + std::to_string(pid) + " " + detail::ending_text(exitcode);
  if (task) text += " while it ran item " + std::to_string(*task);
  return text;
}

std::string overrun_text(pid_t pid, std::uint64_t task, Timeout limit) {
  return "cohort: worker " + std::to_string(pid) + " was killed because item " + std::to_string(task) +
         " ran longer than its limit of " + seconds_text(limit.value());
}

}  // namespace

namespace detail {

std::string signal_text(int signal) {
  const std::string text = "signal " + std::to_string(signal);
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 32)
  if (const char* name = ::sigabbrev_np(signal)) return text + " (SIG" + name + ")";
#endif
  return text;
}

std::string ending_text(int exitcode) {
  if (exitcode == WorkerLost::kUnknown) return "ended (its status is unknown)";
  if (exitcode < 0) return "was killed by " + signal_text(-exitcode);
  return "ended with exit code " + std::to_string(exitcode);
}

Traced::Traced(RemoteTrace trace) : trace_(std::make_shared<const RemoteTrace>(std::move(trace))) {}
Traced::~Traced() = default;

}  // namespace detail

WorkerLost::WorkerLost(pid_t pid, int exitcode, std::optional<std::uint64_t> task)
    : WorkerLost(lost_text(pid, exitcode, task), pid, exitcode, task) {}

WorkerLost::WorkerLost(const std::string& what, pid_t pid, int exitcode, std::optional<std::uint64_t> task)
    : Error(what), pid_(pid), exitcode_(exitcode), task_(task.value_or(0)) {}

TaskTimeout::TaskTimeout(pid_t pid, int exitcode, std::uint64_t task, Timeout limit)
    : WorkerLost(overrun_text(pid, task, limit), pid, exitcode, task) {}

const RemoteTrace* remote_trace(const std::exception& error) noexcept {
  const auto* traced = dynamic_cast<const detail::Traced*>(&error);
  return traced ? &traced->trace() : nullptr;
}

}  // namespace cohort
