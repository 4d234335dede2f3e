// src/arena/step.cpp                      SPDX-License-Identifier: MIT
#include "arena/step.hpp"

#if defined(COHORT_SWEEP) && COHORT_SWEEP

#include <signal.h>
#include <unistd.h>

namespace cohort::arena {
namespace {

struct Plan {
  std::atomic<pid_t> pid{0};
  std::atomic<long> at{0};
  std::atomic<sweep::Action> action{sweep::Action::count};
  std::atomic<bool> here{true};
  std::atomic<bool> in_children{false};
  std::atomic<long> count{0};
};
constinit Plan plan;

// A forked child finds its parent's plan: its own from zero, or none.
bool is_armed() noexcept {
  const pid_t armed = plan.pid.load();
  if (armed == 0) return false;
  if (armed == getpid()) return plan.here;
  plan.count = 0;
  plan.here = true;
  plan.pid = plan.in_children ? getpid() : 0;
  return plan.in_children;
}

}  // namespace

void step() noexcept {
  if (!is_armed() || ++plan.count != plan.at) return;
  switch (plan.action) {
    case sweep::Action::count:
      break;
    case sweep::Action::kill:
      kill(getpid(), SIGKILL);
      for (;;) pause();
    case sweep::Action::stop:
      kill(getpid(), SIGSTOP);
      break;
  }
}

namespace sweep {

namespace {

void set(long k, Action action, bool here, bool in_children) noexcept {
  plan.pid = 0;
  plan.at = k;
  plan.action = action;
  plan.here = here;
  plan.in_children = in_children;
  plan.count = 0;
  plan.pid = getpid();
}

}  // namespace

void arm(long k, Action action, bool in_children) noexcept { set(k, action, true, in_children); }

void arm_children(long k, Action action) noexcept { set(k, action, false, true); }

void disarm() noexcept { plan.pid = 0; }

long steps() noexcept { return is_armed() ? plan.count.load() : 0; }

}  // namespace sweep
}  // namespace cohort::arena

#endif
