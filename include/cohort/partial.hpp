// include/cohort/partial.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/call_rules.hpp>

#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace cohort {

namespace detail {
// Bound values stay, for the function may be called again: it sees them as const; where it does not take that, it gets
// copies.
template <class B>
using bound_t = std::conditional_t<handle<B>, B&, const B&>;

template <class F, class Bound, class... A>
struct BoundCall {};
template <class F, class... B, class... A>
  requires std::invocable<F&, bound_t<B>..., A...>
struct BoundCall<F, std::tuple<B...>, A...> {
  using type = std::invoke_result_t<F&, bound_t<B>..., A...>;
  template <class S>
  static bound_t<S> pass(S& bound) {
    return bound;
  }
};
template <class F, class... B, class... A>
  requires(!std::invocable<F&, bound_t<B>..., A...> && callable_plain<F, B..., A...>)
struct BoundCall<F, std::tuple<B...>, A...> {
  using type = std::invoke_result_t<F&, passed_t<B>..., A...>;
  template <class S>
  static std::conditional_t<handle<S>, S&, S> pass(S& bound) {
    if constexpr (handle<S> || std::copy_constructible<S>)
      return bound;
    else
      return std::move(bound);
  }
};
template <class F, class... B, class... A>
  requires(!std::invocable<F&, bound_t<B>..., A...> && !std::invocable<F&, passed_t<B>..., A...> &&
           std::invocable<F&, passed_text_t<B>..., A...>)
struct BoundCall<F, std::tuple<B...>, A...> {
  using type = std::invoke_result_t<F&, passed_text_t<B>..., A...>;
  template <class S>
  static auto pass(S& bound) -> std::conditional_t<handle<S>, S&, std::remove_reference_t<passed_text_t<S>>> {
    if constexpr (std::same_as<S, std::string>)
      return Text{bound};
    else if constexpr (handle<S> || std::copy_constructible<S>)
      return bound;
    else
      return std::move(bound);
  }
};
}  // namespace detail

// A function with its first arguments already given, as functools.partial: how a fixed value or a handle gets into a
// task, where a capture cannot be looked into.
//
//     pool.map(cohort::partial(scale, 2.5), xs);           // scale(2.5, x)
//     pool.map(cohort::partial(search, log_queue), urls);
//
// The values are copied when it is made and may be read by every call; f sees them as const (handles as they are). A
// function that wants them for itself gets copies; what cannot be copied is moved out by the first call.
template <class F, class... Bound>
struct Partial {
  F f;
  std::tuple<Bound...> bound;

  template <class... A>
  auto operator()(A&&... arguments) -> std::decay_t<typename detail::BoundCall<F, std::tuple<Bound...>, A...>::type> {
    using Rules = detail::BoundCall<F, std::tuple<Bound...>, A...>;
    return std::apply(
        [&](Bound&... values) -> std::decay_t<typename Rules::type> {
          return std::invoke(f, Rules::pass(values)..., std::forward<A>(arguments)...);
        },
        bound);
  }
};

template <class F, class... A>
auto partial(F f, A&&... values) -> Partial<F, detail::stored_t<A>...> {
  detail::check_target<F>();
  (detail::check_crosses<detail::stored_t<A>>(), ...);
  return {std::move(f), std::tuple<detail::stored_t<A>...>(std::forward<A>(values)...)};
}

namespace detail {
template <class First, class Rest>
struct Joined;
template <class... T, class... U>
struct Joined<Types<T...>, Types<U...>> {
  using type = Types<T..., U...>;
};

template <class F, class... Bound>
struct Coder<Partial<F, Bound...>> {
  using Parts = typename Joined<callable_parts<F>, Types<Bound...>>::type;
  static void encode(Writer& writer, const Partial<F, Bound...>& partial) {
    detail::encode_callable(writer, partial.f);
    detail::encode_value(writer, partial.bound);
  }
  static Partial<F, Bound...> decode(Reader& reader) {
    return {decode_callable<F>(reader), decode_value<std::tuple<Bound...>>(reader)};
  }
};
}  // namespace detail

}  // namespace cohort
