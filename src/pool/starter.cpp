// src/pool/starter.cpp                             SPDX-License-Identifier: MIT
#include "pool/starter.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include "os/child.hpp"
#include "process/child_main.hpp"

namespace cohort::pool {

// Both directions of the socket; a packet is a message, so none arrives in halves.
struct Starter::Message {
  std::uint32_t kind;
  std::uint32_t lane;
  std::int32_t pid;
  std::int32_t status;
  std::uint32_t known;  // the status is
  std::uint32_t index;
  std::uint32_t generation;
};

// What runs in the starter's process: no threads, no allocation after the workers' table, no user code.
class StarterProcess {
 public:
  StarterProcess(Starter& starter, const std::function<int(std::uint32_t)>& work, os::Fd socket)
      : starter_(starter), work_(work), socket_(std::move(socket)), pids_(starter.pipes_.size(), 0) {}

  [[noreturn]] void run() noexcept {
    wait_for_children_by_signal();
    for (std::uint32_t lane = 0; lane < pids_.size(); ++lane) start(lane);
    while (serve_once()) {
    }
    end();
  }

 private:
  // SIGCHLD is blocked but while polling, so a death between two polls is not missed.
  void wait_for_children_by_signal() noexcept {
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &blocked, &usual_mask_);
    sigdelset(&usual_mask_, SIGCHLD);
    struct sigaction noticed {};
    noticed.sa_handler = [](int) {};
    ::sigaction(SIGCHLD, &noticed, nullptr);
  }

  bool serve_once() noexcept {
    pollfd orders{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    const int ready = ::ppoll(&orders, 1, nullptr, &usual_mask_);
    reap();
    return ready <= 0 || obey();
  }

  void reap() noexcept {
    for (auto child = os::reap_any(); child.pid != 0; child = os::reap_any())
      for (std::uint32_t lane = 0; lane < pids_.size(); ++lane)
        if (pids_[lane] == child.pid) report_end(lane, child);
  }

  void report_end(std::uint32_t lane, const os::Reaped& child) noexcept {
    pids_[lane] = 0;
    report({.kind = static_cast<std::uint32_t>(Starter::Event::Kind::ended),
            .lane = lane,
            .pid = child.pid,
            .status = child.exitcode.value_or(0),
            .known = child.exitcode.has_value(),
            .index = 0,
            .generation = 0});
  }

  // False when the parent has closed its end or wants everybody dead.
  bool obey() noexcept {
    Starter::Message order{};
    const auto got = ::recv(socket_.get(), &order, sizeof order, MSG_DONTWAIT);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (got != sizeof order) return false;
    switch (static_cast<Starter::Order>(order.kind)) {
      case Starter::Order::start:
        if (order.lane < pids_.size() && pids_[order.lane] == 0) start(order.lane);
        return true;
      case Starter::Order::kill:
        if (order.lane < pids_.size() && pids_[order.lane] > 0) ::kill(pids_[order.lane], SIGKILL);
        return true;
      case Starter::Order::kill_all:
        for (const pid_t pid : pids_)
          if (pid > 0) ::kill(pid, SIGKILL);
        return false;
    }
    return false;
  }

  void start(std::uint32_t lane) noexcept {
    const pid_t pid = ::fork();
    if (pid == 0) worker(lane);
    if (pid < 0) {
      const int error = errno;
      arena::fork_failed();
      // Seen by the parent as a worker that could not start; the exit code is errno's.
      report_end(lane, {.pid = -1, .exitcode = error, .taken = false});
      return;
    }
    pids_[lane] = pid;
    const arena::ProcessRef process = arena::born();
    report({.kind = static_cast<std::uint32_t>(Starter::Event::Kind::started),
            .lane = lane,
            .pid = pid,
            .status = 0,
            .known = 0,
            .index = process.index,
            .generation = process.generation});
  }

  [[noreturn]] void worker(std::uint32_t lane) noexcept {
    starter_.pipes_[lane].hold_on();
    for (std::uint32_t other = 0; other < starter_.pipes_.size(); ++other)
      if (other != lane) starter_.pipes_[other].close_read_end();
    socket_.reset();
    ::signal(SIGCHLD, SIG_DFL);
    ::sigprocmask(SIG_SETMASK, &usual_mask_, nullptr);
    process::leave(work_(lane));
  }

  void report(const Starter::Message& message) noexcept {
    // A full socket means a parent that has not read for thousands of deaths: waiting is right.
    while (::send(socket_.get(), &message, sizeof message, MSG_NOSIGNAL) < 0 && errno == EINTR) {
    }
  }

  [[noreturn]] void end() noexcept {
    socket_.reset();
    for (const pid_t pid : pids_)
      if (pid > 0) os::reap(pid, false);
    ::_exit(0);
  }

  Starter& starter_;
  const std::function<int(std::uint32_t)>& work_;
  os::Fd socket_;
  std::vector<pid_t> pids_;
  sigset_t usual_mask_{};
};

Starter::Starter(std::uint32_t lanes, const std::function<int(std::uint32_t)>& work) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw std::system_error(errno, std::generic_category(), "cohort: no socket for the pool's starter");
  socket_.reset(ends[0]);
  os::Fd theirs(ends[1]);

  own_pipe_ = os::LifePipe::make();
  bool complete = static_cast<bool>(own_pipe_);
  for (std::uint32_t lane = 0; lane < lanes && complete; ++lane) {
    pipes_.push_back(os::LifePipe::make());
    complete = static_cast<bool>(pipes_.back());
  }
  if (!complete) throw std::system_error(errno, std::generic_category(), "cohort: no pipe for each worker of the pool");

  pid_ = process::fork_child();
  if (pid_ == 0) run(work, std::move(theirs));
  process_ = arena::born();
  pidfd_ = os::pidfd_open(pid_);
  own_pipe_.close_read_end();
  for (auto& pipe : pipes_) pipe.close_read_end();
}

void Starter::run(const std::function<int(std::uint32_t)>& work, os::Fd socket) noexcept {
  own_pipe_.hold_on();
  socket_.reset();
  os::stay_quiet_on_interrupt();
  StarterProcess(*this, work, std::move(socket)).run();
}

Starter::~Starter() {
  if (pid_ > 0) terminate();
}

void Starter::tell(Order order, std::uint32_t lane) noexcept {
  const Message message{.kind = static_cast<std::uint32_t>(order), .lane = lane, .pid = 0, .status = 0, .known = 0, .index = 0, .generation = 0};
  while (::send(socket_.get(), &message, sizeof message, MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
}

std::optional<Starter::Event> Starter::next() noexcept {
  if (!socket_) return {};
  Message message{};
  const auto got = ::recv(socket_.get(), &message, sizeof message, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return {};
  if (got != sizeof message || message.lane >= pipes_.size()) return Event{.kind = Event::Kind::gone};
  Event event{.kind = static_cast<Event::Kind>(message.kind), .lane = message.lane, .pid = message.pid};
  event.process = {message.index, message.generation};
  if (message.known != 0) event.exitcode = message.status;
  return event;
}

// A pool made later has a copy of our end, so closing it would tell the starter nothing.
void Starter::finish() noexcept {
  ::shutdown(socket_.get(), SHUT_RDWR);
  socket_.reset();
  reap_starter();
}

// A starter that does not answer (stopped, killed) is replaced by the kernel: cutting the pipes kills everybody.
void Starter::terminate() noexcept {
  tell(Order::kill_all, 0);
  socket_.reset();
  if (pidfd_ && !os::wait_ended(pidfd_, std::chrono::steady_clock::now() + std::chrono::seconds(1))) {
    for (auto& pipe : pipes_) pipe.cut();
    own_pipe_.cut();
  }
  reap_starter();
}

void Starter::reap_starter() noexcept {
  os::reap(std::exchange(pid_, 0), false);
  // Workers whose start nobody heard of any more, too: they ended before the starter did.
  for (const arena::ProcessRef worker : arena::descendants(process_))
    if (arena::is_alive(worker)) arena::process_died(worker);
  arena::process_died(process_);
  pidfd_.reset();
}

}  // namespace cohort::pool
