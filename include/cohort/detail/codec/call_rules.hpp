// include/cohort/detail/codec/call_rules.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/callable.hpp>

#include <concepts>
#include <functional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace cohort::detail {

// How a function meets its arguments in another process.
//
// Stored: what travels. Text of any kind travels as std::string, everything else as its decayed type.
template <class A>
struct Stored {
  using type = std::decay_t<A>;
};
template <class A>
  requires(std::same_as<std::decay_t<A>, const char*> || std::same_as<std::decay_t<A>, char*> ||
           std::same_as<std::remove_cvref_t<A>, std::string_view>)
struct Stored<A> {
  using type = std::string;
};
template <class A>
using stored_t = typename Stored<A>::type;

// Passed: handles arrive as lvalues (Queue&, const Queue& and Queue all work), everything else as the rvalue of a
// private copy.
template <class S>
using passed_t = std::conditional_t<handle<S>, S&, S&&>;

// For old functions that take const char*: tried where passing std::string does not compile.
struct Text : std::string {
  operator const char*() const { return c_str(); }
};
template <class S>
using passed_text_t = std::conditional_t<std::same_as<S, std::string>, Text&&, passed_t<S>>;

template <class F, class... A>
concept callable_plain = std::invocable<F&, passed_t<stored_t<A>>...>;
template <class F, class... A>
concept callable_text = std::invocable<F&, passed_text_t<stored_t<A>>...>;
template <class F, class... A>
concept callable_across = callable_plain<F, A...> || callable_text<F, A...>;
template <class F, class... A>
concept only_by_reference = !callable_across<F, A...> && std::invocable<F&, stored_t<A>&...>;

template <class F, class... A>
struct TaskResult {
  using type = void;  // check() has spoken
};
template <class F, class... A>
  requires callable_plain<std::decay_t<F>, A...>
struct TaskResult<F, A...> {
  using type = std::invoke_result_t<std::decay_t<F>&, passed_t<stored_t<A>>...>;
};
template <class F, class... A>
  requires(!callable_plain<std::decay_t<F>, A...> && callable_text<std::decay_t<F>, A...>)
struct TaskResult<F, A...> {
  using type = std::invoke_result_t<std::decay_t<F>&, passed_text_t<stored_t<A>>...>;
};
template <class F, class... A>
using task_result_t = std::decay_t<typename TaskResult<F, A...>::type>;

// Can it be called at all? For processes that are forked this is all that is asked.
template <class F, class... A>
constexpr void check_call() {
  using D = std::decay_t<F>;
  static_assert(!only_by_reference<D, A...>,
                "cohort: this function takes an argument by non-const reference, but it gets a copy in another "
                "process: take it by value or "
                "const reference and return the change, or pass a Value, Array or Queue");
  static_assert(only_by_reference<D, A...> || callable_across<D, A...>,
                "cohort: the function cannot be called with these arguments");
}

// … and do all its arguments cross?
template <class F, class... A>
constexpr void check() {
  check_call<F, A...>();
  (check_crosses<stored_t<A>>(), ...);
}

// Does the function itself cross?
template <class F>
constexpr void check_target() {
  check_callable<std::decay_t<F>>();
}

// Does what it returns?
template <class R>
constexpr void check_result() {
  static_assert(!std::is_pointer_v<R>, "cohort: the result is a pointer into the worker's memory: return the value");
  static_assert(!std::same_as<std::remove_cvref_t<R>, std::string_view>,
                "cohort: the result is a view of the worker's memory: return std::string");
  if constexpr (!std::is_void_v<R> && !std::is_pointer_v<R> && !std::same_as<std::remove_cvref_t<R>, std::string_view>)
    check_crosses<std::decay_t<R>>();
}

template <class S>
decltype(auto) pass_text(S& stored) {
  if constexpr (std::same_as<S, std::string>)
    return Text{std::move(stored)};
  else
    return static_cast<passed_t<S>>(stored);
}

// Calls f with what was decoded; uses the arguments up. The result is a value, even if f returns a reference to an
// argument.
template <class F, class... S>
auto invoke_stored(F& f, S&... stored) -> task_result_t<F, S...> {
  if constexpr (callable_plain<F, S...>)
    return std::invoke(f, static_cast<passed_t<S>>(stored)...);
  else if constexpr (callable_text<F, S...>)
    return std::invoke(f, pass_text(stored)...);
}
template <class F, class... S>
auto apply_stored(F& f, std::tuple<S...>& stored) -> task_result_t<F, S...> {
  return std::apply([&f](S&... each) -> task_result_t<F, S...> { return invoke_stored(f, each...); }, stored);
}
template <class F, class A, class B>
auto apply_stored(F& f, std::pair<A, B>& stored) -> task_result_t<F, A, B> {
  return invoke_stored(f, stored.first, stored.second);
}

}  // namespace cohort::detail
