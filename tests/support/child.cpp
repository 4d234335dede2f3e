// tests/support/child.cpp                      SPDX-License-Identifier: MIT
#include "support/child.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ostream>
#include <utility>

namespace cohort::test {
namespace {

constexpr const char* kFlag = "--program=";

std::map<std::string, Program::Main>& programs() {
  static std::map<std::string, Program::Main> all;
  return all;
}

struct OutputPipe {
  int read = -1, write = -1;
  OutputPipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
    read = ends[0];
    write = ends[1];
  }
};

// `copy` is fork() or _Fork(), which calls no handlers: nothing of this process's libraries takes part.
pid_t fork_with_output(const OutputPipe& pipe, pid_t (*copy)()) {
  std::fflush(nullptr);
  const pid_t pid = copy();
  if (pid < 0) std::abort();
  if (pid == 0) {
    dup2(pipe.write, STDOUT_FILENO);
    ::close(pipe.read);
    ::close(pipe.write);
  } else {
    ::close(pipe.write);
  }
  return pid;
}

Exit to_exit(int status) { return WIFSIGNALED(status) ? killed_by(WTERMSIG(status)) : exited(WEXITSTATUS(status)); }

}  // namespace

std::ostream& operator<<(std::ostream& out, const Exit& exit) {
  if (exit.signal != 0) return out << "killed by signal " << exit.signal << " (" << strsignal(exit.signal) << ")";
  return out << "exit code " << exit.code;
}

Program::Program(std::string name, Main main) : name_(std::move(name)) { programs()[name_] = main; }

std::optional<int> run_program(int argc, char** argv) {
  if (argc < 2 || std::strncmp(argv[1], kFlag, std::strlen(kFlag)) != 0) return std::nullopt;
  return programs().at(argv[1] + std::strlen(kFlag))(Arguments(argv + 2, argv + argc));
}

Child Child::fork(const std::function<int()>& body) {
  const OutputPipe pipe;
  const pid_t pid = fork_with_output(pipe, ::fork);
  if (pid == 0) {
    const int status = body();
    std::fflush(nullptr);
    _exit(status);
  }
  return {pid, pipe.read};
}

Child Child::start(const Program& program, Arguments arguments, const std::map<std::string, std::string>& environment) {
  std::string self = "/proc/self/exe", flag = kFlag + program.name();
  std::vector<char*> argv{self.data(), flag.data()};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const OutputPipe pipe;
  const pid_t pid = fork_with_output(pipe, ::_Fork);
  if (pid == 0) {
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    execv("/proc/self/exe", argv.data());
    _exit(127);
  }
  return {pid, pipe.read};
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      output_(std::exchange(other.output_, -1)),
      unread_(std::move(other.unread_)),
      exit_(other.exit_) {}

Child::~Child() {
  if (output_ >= 0) ::close(output_);
  if (pid_ <= 0 || exit_) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Child::kill(int signal) const {
  if (!exit_) ::kill(pid_, signal);
}

std::optional<std::string> Child::line(Milliseconds limit) {
  const Stopwatch watch;
  for (;;) {
    if (const auto end = unread_.find('\n'); end != std::string::npos) {
      std::string text = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return text;
    }
    const auto left = scaled(limit) - watch.elapsed();
    pollfd ready{.fd = output_, .events = POLLIN, .revents = 0};
    if (left.count() <= 0 ||
        poll(&ready, 1, static_cast<int>(std::min<Milliseconds::rep>(left.count(), 1 << 30))) == 0) {
      ADD_FAILURE() << "no line of output from process " << pid_ << " within " << limit.count() << " ms";
      return std::nullopt;
    }
    char buffer[4096];
    const auto n = read(output_, buffer, sizeof buffer);
    if (n <= 0) return std::nullopt;
    unread_.append(buffer, static_cast<std::size_t>(n));
  }
}

std::vector<std::string> Child::lines() {
  std::vector<std::string> all;
  while (auto text = line()) all.push_back(std::move(*text));
  return all;
}

Exit Child::wait(Milliseconds limit) {
  if (exit_) return *exit_;
  int status = 0;
  if (!wait_until([&] { return waitpid(pid_, &status, WNOHANG) == pid_; }, limit)) {
    ADD_FAILURE() << "process " << pid_ << " did not end within " << limit.count() << " ms and was killed";
    ::kill(pid_, SIGKILL);
    waitpid(pid_, &status, 0);
  }
  exit_ = to_exit(status);
  return *exit_;
}

}  // namespace cohort::test
