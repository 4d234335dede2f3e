// tests/support/watchdog.cpp                      SPDX-License-Identifier: MIT
#include "support/watchdog.hpp"

#include "support/clock.hpp"
#include "support/processes.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

namespace cohort::test {
namespace {

struct Step {                          // shared by watchdog and body
  std::atomic<std::int64_t> deadline;  // steady milliseconds; 0: none
  std::atomic<std::int64_t> limit;
  char what[256];
};

Step* current = nullptr;
pid_t root = 0;

std::int64_t now() {
  return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void kill_all_below(pid_t top) {
  for (auto rest = descendants(top); !rest.empty(); rest = descendants(top)) {
    for (const ProcessInfo& p : rest) kill(p.pid, SIGKILL);
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    usleep(1000);
  }
}

std::string list_below(pid_t top) {
  std::string text;
  for (const ProcessInfo& p : descendants(top)) text += "\n  " + to_string(p) + where_it_waits(p.pid);
  return text;
}

[[noreturn]] void bite() {
  std::fprintf(stderr, "\n[ WATCHDOG ] %s has not ended after %.1f s; all its processes are killed now:%s\n",
               current->what, static_cast<double>(current->limit.load()) / 1000, list_below(root).c_str());
  kill_all_below(root);
  std::_Exit(124);
}

int status_of(int status) {
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  std::fprintf(stderr, "\n[ WATCHDOG ] the test program was killed by signal %d (%s) in %s\n", WTERMSIG(status),
               strsignal(WTERMSIG(status)), current->what[0] != '\0' ? current->what : "no test");
  return 128 + WTERMSIG(status);
}

int check_nothing_runs(int status) {
  const auto all_gone = [] {
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    return children(root).empty();
  };
  if (wait_until(all_gone, Milliseconds(2000))) return status;
  std::fprintf(stderr, "\n[ WATCHDOG ] still there after the end of the program:%s\n", list_below(root).c_str());
  kill_all_below(root);
  return status != 0 ? status : 1;
}

int watch(pid_t body, const sigset_t& signals) {
  for (;;) {
    const timespec pause{.tv_sec = 0, .tv_nsec = 50'000'000};
    const int signal = sigtimedwait(&signals, nullptr, &pause);
    if (signal > 0 && signal != SIGCHLD) {
      kill_all_below(root);
      std::_Exit(128 + signal);
    }
    int status = 0;
    for (pid_t pid = 0; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
      if (pid == body) return check_nothing_runs(status_of(status));
    const auto deadline = current->deadline.load();
    if (deadline != 0 && now() > deadline) bite();
  }
}

}  // namespace

int guarded(const std::function<int()>& body) {
  root = getpid();
  if (slowness() <= 0) return body();
  void* page = mmap(nullptr, sizeof(Step), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return body();
  current = new (page) Step{};
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  sigset_t signals, before;
  sigemptyset(&signals);
  for (int signal : {SIGCHLD, SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  sigprocmask(SIG_BLOCK, &signals, &before);
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child > 0) return watch(child, signals);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigprocmask(SIG_SETMASK, &before, nullptr);
  if (getppid() != root) std::_Exit(1);
  return body();
}

void expect_within(std::string_view what, std::chrono::seconds limit) {
  if (current == nullptr) return;
  current->deadline = 0;
  current->what[what.copy(current->what, sizeof current->what - 1)] = '\0';
  expect_within(limit);
}

void expect_within(std::chrono::seconds limit) {
  if (current == nullptr) return;
  current->limit = scaled(limit).count();
  current->deadline = now() + current->limit;
}

void expect_nothing() {
  if (current != nullptr) current->deadline = 0;
}

pid_t root_of_tests() { return root != 0 ? root : getpid(); }

}  // namespace cohort::test
