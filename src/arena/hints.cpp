// src/arena/hints.cpp                      SPDX-License-Identifier: MIT
#include "arena/hints.hpp"

#include <algorithm>
#include <new>

namespace cohort::arena {

namespace detail {
constinit thread_local Hints* hints = nullptr;
}

namespace {

// Its destructor is what takes the hints away with the thread.
struct Owner {
  ~Owner() {
    delete detail::hints;
    detail::hints = nullptr;
    ended = true;
  }
  bool ended = false;
};

thread_local Owner owner;

}  // namespace

Hints* detail::make_hints() noexcept {
  if (!owner.ended) hints = new (std::nothrow) Hints;
  return hints;
}

void Hints::drop_older_half(Stack& stack) noexcept {
  const auto half = stack.index.size() / 2;
  std::copy_n(stack.index.begin() + half, half, stack.index.begin());
  stack.size = static_cast<std::uint32_t>(half);
}

}  // namespace cohort::arena
