// tests/compile_fail/function_wrapper.cpp                      SPDX-License-Identifier: MIT
// expect: cohort: std::function and std::any hide what they hold: send the function or the value itself, or
// cohort::partial(f, values...)
#include <cohort/call.hpp>

#include <functional>

void note(int) {}

cohort::Call action(const std::function<void(int)>& any) {
#ifdef MISUSE
  return {any, 1};
#endif
  static_cast<void>(any);
  return {note, 1};
}
