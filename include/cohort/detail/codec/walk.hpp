// include/cohort/detail/codec/walk.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/refusal.hpp>

#include <type_traits>

namespace cohort::detail {

// Does a type cross? It is searched for the first part that does not. Types that contain themselves (a tree) end the
// search where they meet themselves again.

struct Fine {};
template <class Member, class In, Why why>
struct Offence {};

template <class T>
struct PartsOf {
  using type = Types<>;
};
template <class T, std::size_t N>
struct PartsOf<T[N]> {
  using type = Types<T>;
};
template <has_coder T>
struct PartsOf<T> {
  using type = typename Coder<T>::Parts;
};
template <class T>
  requires(has_fields<T> && !has_coder<T> && !custom<T> && !by_bytes<T> && !handle<T> && !std::is_empty_v<T>)
struct PartsOf<T> {
  using type = field_types<T>;
};

template <class T, class In, class... Seen>
consteval auto search();

template <class In, class... Seen>
consteval auto search_all(Types<>) {
  return Fine{};
}
template <class In, class... Seen, class First, class... Rest>
consteval auto search_all(Types<First, Rest...>) {
  using Found = decltype(search<First, In, Seen...>());
  if constexpr (std::is_same_v<Found, Fine>)
    return search_all<In, Seen...>(Types<Rest...>{});
  else
    return Found{};
}

template <class T, class In, class... Seen>
consteval auto search() {
  using U = std::remove_cv_t<T>;
  if constexpr (is_plain<U> || one_of<U, Seen...>)
    return Fine{};
  else if constexpr (why_not<U>() != Why::none)
    return Offence<U, In, why_not<U>()>{};
  else
    return search_all<U, U, Seen...>(typename PartsOf<U>::type{});
}

template <class T>
using offence_t = decltype(search<T, T>());

template <class Member, class In, Why why>
consteval void explain(Offence<Member, In, why>) {
  refuse<Member, In, why>();
}
consteval inline void explain(Fine) {}

}  // namespace cohort::detail
