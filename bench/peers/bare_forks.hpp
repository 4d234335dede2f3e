// bench/peers/bare_forks.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include "bare_child.hpp"

namespace bench {

// Two children that end at once, one after the other.
inline void two_bare_forks() {
  for (int i = 0; i < 2; ++i) BareChild([] {}).reap();
}

// The same two side by side.
inline void two_bare_forks_at_once() {
  BareChild first([] {});
  BareChild second([] {});
  first.reap();
  second.reap();
}

}  // namespace bench
