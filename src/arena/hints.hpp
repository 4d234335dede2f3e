// src/arena/hints.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "arena/layout.hpp"

namespace cohort::arena {

// Where this thread would look first for a free block: the ones it freed last, then from a
// place that moves on. Only guesses: the swap of the holder word decides.
class Hints {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  std::uint32_t pop(unsigned cls) noexcept {
    Stack& stack = stacks_[cls];
    return stack.size == 0 ? kNone : stack.index[--stack.size];
  }
  void push(unsigned cls, std::uint64_t index) noexcept {
    Stack& stack = stacks_[cls];
    if (stack.size == stack.index.size()) drop_older_half(stack);
    stack.index[stack.size++] = static_cast<std::uint32_t>(index);
  }
  std::uint32_t& cursor(unsigned cls) noexcept { return stacks_[cls].cursor; }

 private:
  struct Stack {
    std::uint32_t size = 0;
    std::uint32_t cursor = 0;
    std::array<std::uint32_t, 62> index{};
  };
  static void drop_older_half(Stack& stack) noexcept;

  std::array<Stack, kClasses> stacks_{};
};

namespace detail {
// Small, so that a library loaded late still finds room for it.
extern thread_local Hints* hints __attribute__((tls_model("initial-exec")));
Hints* make_hints() noexcept;
}  // namespace detail

// Null when there is no memory for them, or the thread is about to end.
inline Hints* hints() noexcept { return detail::hints ? detail::hints : detail::make_hints(); }

}  // namespace cohort::arena
