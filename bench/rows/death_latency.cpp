// bench/rows/death_latency.cpp                      SPDX-License-Identifier: MIT
//
// Timed on each side: from just before the SIGKILL, sent by a thread of its own, to the moment the
// waiting thread runs again with the news: in the handler of the exception that get throws, or
// behind the poll of a pidfd. The victim burns its core; the waiter has been asleep for 2 ms.
#include "../clock.hpp"
#include "../peers/bare_child.hpp"
#include "../peers/shared_words.hpp"
#include "../rows.hpp"
#include "same.hpp"

#include <cohort/errors.hpp>
#include <cohort/pool.hpp>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <stdexcept>
#include <thread>

namespace bench {
namespace {

constexpr int kRounds = 200;

SharedWords::Word* victim = nullptr;  // the pid of who is busy; shared with workers forked later

int burn() {
  victim->store(static_cast<std::uint32_t>(getpid()));
  while (victim->load(std::memory_order_relaxed) != 0) {
  }
  return 0;
}

pid_t wait_for_victim() {
  while (victim->load() == 0) std::this_thread::sleep_for(std::chrono::microseconds(100));
  return static_cast<pid_t>(victim->load());
}

// Microseconds from the kill to the end of `wait`.
template <class F>
double kill_during(pid_t pid, F wait) {
  Clock::time_point killed;
  std::thread killer([&killed, pid] {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    killed = Clock::now();
    kill(pid, SIGKILL);
  });
  wait();
  const auto seen = Clock::now();
  killer.join();
  return std::chrono::duration<double, std::micro>(seen - killed).count();
}

void expect_loss(const cohort::AsyncResult<int>& result, pid_t pid) try {
  result.get();
  throw std::logic_error("a killed task has a result");
} catch (const cohort::WorkerLost& loss) {
  if (loss.pid() != pid) throw std::logic_error("the wrong worker is reported lost");
}

double ours(cohort::Pool& pool) {
  victim->store(0);
  const auto result = pool.apply_async(burn);
  const pid_t pid = wait_for_victim();
  const double time = kill_during(pid, [&] { expect_loss(result, pid); });
  for (int i = 0; i < 4; ++i) pool.apply(same, std::int64_t{i});  // the pool is whole again
  return time;
}

double bare() {
  victim->store(0);
  const BareChild child([] { burn(); });
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, child.pid(), 0));
  pollfd event{pidfd, POLLIN, 0};
  wait_for_victim();
  const double time = kill_during(child.pid(), [&] { poll(&event, 1, -1); });
  close(pidfd);
  return time;
}

void body(Session& session) {
  const SharedWords words;
  victim = &words[0];
  cohort::Pool pool(2);
  session.compare(
      kRounds, [&] { return ours(pool); }, bare);
}

}  // namespace

Row death_latency() {
  return {"SIGKILL of a busy worker to the exception", "µs", "poll of a bare child's pidfd", Better::lower, 3, body};
}

}  // namespace bench
