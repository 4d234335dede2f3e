// src/pool/monitor.cpp                             SPDX-License-Identifier: MIT
#include "pool/monitor.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>
#include <utility>

#include <cohort/errors.hpp>

#include "os/thread.hpp"
#include "pool/engine.hpp"
#include "pool/worker.hpp"

namespace cohort::pool {

namespace {

constexpr auto kSilence = std::chrono::milliseconds(200);  // after which a starter that does not tell of a death is not waited for
constexpr int kStarts = 16;                                // that may fail in a row, and two more a lane

os::Fd make_event() {
  os::Fd event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event) throw std::system_error(errno, std::generic_category(), "cohort: no event descriptor for the pool");
  return event;
}

}  // namespace

Monitor::Monitor(Engine& engine, std::uint32_t lanes, const std::function<int(std::uint32_t)>& work)
    : engine_(engine), starter_(lanes, work), nudge_(make_event()), workers_(lanes) {
  thread_ = os::quiet_thread([this] { run(); });
}

Monitor::~Monitor() { terminate(); }

void Monitor::nudge() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(nudge_.get(), &one, sizeof one);
}

void Monitor::run() noexcept {
  const auto anybody = [this] {
    return ever_started_ < workers_.size() || std::ranges::any_of(workers_, [](const Worker& worker) { return worker.alive || worker.starting; });
  };
  while (!killing_.load() && (!stopping_.load() || (anybody() && !starter_gone_))) {
    try {
      poll_once();
    } catch (...) {
      engine_.give_up(std::current_exception());
    }
  }
}

// One look at everything: what the starter says, who has ended, who overran.
void Monitor::poll_once() {
  std::vector<pollfd> watched{{.fd = starter_gone_ ? -1 : starter_.fd(), .events = POLLIN, .revents = 0},
                              {.fd = nudge_.get(), .events = POLLIN, .revents = 0}};
  for (const Worker& worker : workers_)
    watched.push_back({.fd = worker.alive && !worker.seen_dead ? worker.state->pidfd() : -1, .events = POLLIN, .revents = 0});
  ::poll(watched.data(), watched.size(), patience());

  std::uint64_t count = 0;
  if (watched[1].revents != 0) [[maybe_unused]]
    const auto got = ::read(nudge_.get(), &count, sizeof count);
  if (watched[0].revents != 0) read_events();
  const auto now = std::chrono::steady_clock::now();
  for (std::size_t lane = 0; lane < workers_.size(); ++lane)
    if (watched[lane + 2].revents != 0 && workers_[lane].alive) workers_[lane].seen_dead = now;
  look_at_unannounced_ends();
  sweep_orphans(now);
  if (engine_.next_limit())
    for (std::uint32_t lane = 0; lane < workers_.size(); ++lane)
      if (engine_.overran(lane)) kill(lane);
  if (engine_.is_broken()) kill_everybody();
}

int Monitor::patience() {
  using std::chrono::milliseconds;
  auto patience = milliseconds(-1);
  for (const auto& look : {engine_.next_limit(), engine_.watch_pace()}) {
    if (!look) continue;
    const auto left = std::max(std::chrono::ceil<milliseconds>(*look - std::chrono::steady_clock::now()), milliseconds(0));
    patience = patience.count() < 0 ? left : std::min(patience, left);
  }
  if (std::ranges::any_of(workers_, [](const Worker& worker) { return worker.alive && worker.seen_dead; }))
    patience = patience.count() < 0 ? kSilence : std::min<milliseconds>(patience, kSilence);
  if (!orphans_.empty()) patience = milliseconds(20);
  return static_cast<int>(patience.count());
}

void Monitor::read_events() {
  while (auto event = starter_.next()) {
    switch (event->kind) {
      case Starter::Event::Kind::started:
        started(*event);
        break;
      case Starter::Event::Kind::ended:
        if (event->pid < 0)
          could_not_fork(event->lane, event->exitcode.value_or(EAGAIN));
        else if (workers_[event->lane].alive && workers_[event->lane].state->pid() == event->pid)
          ended(event->lane, event->exitcode);
        break;
      case Starter::Event::Kind::gone:
        starter_gone_ = true;
        return;
    }
  }
}

void Monitor::started(const Starter::Event& event) {
  auto state = std::make_shared<process::State>(event.pid, "PoolWorker-" + std::to_string(++started_total_), true, process::State::Reaper::other);
  state->record = event.process;
  const std::lock_guard guard(mutex_);
  Worker& worker = workers_[event.lane];
  if (!worker.state) ++ever_started_;
  worker = {.state = std::move(state), .alive = true};
  started_.notify_all();
}

void Monitor::ended(std::uint32_t lane, std::optional<int> exitcode) {
  Worker& worker = workers_[lane];
  worker.alive = false;
  worker.state->set_ended(exitcode);
  const bool was_ready = engine_.shared().lane(lane)->ready.exchange(0) != 0;
  engine_.worker_died(lane, worker.state->pid(), exitcode);
  watch_orphans_of(worker.state->record);
  arena::process_died(worker.state->record);
  if (stopping_.load() || engine_.is_broken()) return;
  if (!engine_.intact())
    return engine_.give_up(std::make_exception_ptr(Error("cohort: a worker overwrote the pool's shared memory and died; the pool cannot go on")));
  if (starter_gone_)
    return engine_.give_up(std::make_exception_ptr(
        Error("cohort: the pool's starter process was killed, so a dead worker cannot be replaced; make another pool")));
  if (auto error = engine_.initializer_error()) return engine_.give_up(std::move(error));
  failed_starts_ = was_ready ? 0 : failed_starts_ + 1;
  if (failed_starts_ > kStarts + 2 * static_cast<int>(workers_.size()))
    return engine_.give_up(std::make_exception_ptr(
        WorkerLost("cohort: workers die before they can take a task; the pool gives up. The last one " +
                       cohort::detail::ending_text(exitcode.value_or(WorkerLost::kUnknown)),
                   worker.state->pid(), exitcode.value_or(WorkerLost::kUnknown))));
  start(lane);
}

void Monitor::start(std::uint32_t lane) {
  workers_[lane].starting = true;
  starter_.start(lane);
}

void Monitor::could_not_fork(std::uint32_t lane, int error) {
  workers_[lane].starting = false;
  if (stopping_.load() || engine_.is_broken()) return;
  if (++failed_starts_ > kStarts + 2 * static_cast<int>(workers_.size()))
    return engine_.give_up(std::make_exception_ptr(
        std::system_error(error, std::generic_category(), "cohort: the pool cannot start a worker process")));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // the machine is out of processes: not at once again
  start(lane);
}

// A worker whose end the kernel shows, but the starter, stopped or dead, does not tell.
void Monitor::look_at_unannounced_ends() {
  const auto now = std::chrono::steady_clock::now();
  for (std::uint32_t lane = 0; lane < workers_.size(); ++lane) {
    const Worker& worker = workers_[lane];
    if (worker.alive && worker.seen_dead && (starter_gone_ || now - *worker.seen_dead >= kSilence)) ended(lane, {});
  }
}

// A broken pool: no worker may run on, and none is replaced.
void Monitor::kill_everybody() {
  for (std::uint32_t lane = 0; lane < workers_.size(); ++lane) kill(lane);
}

// The starter knows exactly whom it has not reaped; without it, the descriptor of the process is the next best.
void Monitor::kill(std::uint32_t lane) {
  const Worker& worker = workers_[lane];
  if (!worker.alive || worker.seen_dead) return;
  if (starter_gone_)
    worker.state->signal(SIGKILL);
  else
    starter_.kill(lane);
}

// Whom a dead worker had started itself: the kernel kills them, and what they held is given back when they are gone.
void Monitor::watch_orphans_of(arena::ProcessRef process) {
  for (const arena::ProcessRef orphan : arena::descendants(process)) {
    os::Fd pidfd = os::pidfd_open(arena::pid_of(orphan));
    if (pidfd)
      orphans_.push_back({orphan, std::move(pidfd)});
    else
      arena::process_died(orphan);
  }
}

void Monitor::sweep_orphans(os::SteadyTime until) {
  std::erase_if(orphans_, [until](const Orphan& orphan) {
    if (!os::wait_ended(orphan.pidfd, until)) return false;
    arena::process_died(orphan.process);
    return true;
  });
}

std::vector<std::shared_ptr<process::State>> Monitor::workers() {
  std::unique_lock lock(mutex_);
  const auto complete = [this] { return ever_started_ == workers_.size(); };
  while (!complete() && !engine_.is_broken() && !stopping_.load()) started_.wait_for(lock, std::chrono::milliseconds(100), complete);
  std::vector<std::shared_ptr<process::State>> states;
  for (const Worker& worker : workers_)
    if (worker.state) states.push_back(worker.state);
  return states;
}

void Monitor::end(bool kill) noexcept {
  if (over_) return;
  over_ = true;
  stopping_.store(true);
  if (kill) killing_.store(true);
  nudge();
  thread_.join();
  if (kill || starter_gone_)
    starter_.terminate();
  else
    starter_.finish();
  for (Worker& worker : workers_) {
    if (!worker.alive) continue;
    worker.alive = false;
    worker.state->set_ended(kill ? std::optional<int>(-SIGKILL) : std::nullopt);
    watch_orphans_of(worker.state->record);
    arena::process_died(worker.state->record);
  }
  sweep_orphans(std::chrono::steady_clock::now() + std::chrono::seconds(2));
}

}  // namespace cohort::pool
