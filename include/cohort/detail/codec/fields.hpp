// include/cohort/detail/codec/fields.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/field_count.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

namespace cohort::detail {

template <class T>
inline constexpr std::size_t field_count = count_fields<T>();

template <class T>
concept tuple_like =
    requires { std::tuple_size<T>::value; };  // what structured bindings take apart by get, not by fields

// An aggregate whose fields can be visited in order.
template <class T>
concept has_fields =
    std::is_class_v<T> && std::is_aggregate_v<T> && !tuple_like<T> && !has_base<T> && field_count<T> != kNoCount;

// Calls visit(Types<…>{}, fields…), see visit_fields.
template <has_fields T, class F>
constexpr decltype(auto) with_fields(T& value, F&& visit) {
  return visit_fields<field_count<T>>(value, std::forward<F>(visit));
}

template <class T>
struct FieldTypes {
  static constexpr auto list(T& value) {
    return detail::with_fields(value, [](auto types, const auto&...) { return types; });
  }
  using type = decltype(list(std::declval<T&>()));
};
// The declared types, with const, & and [] as the program wrote them.
template <has_fields T>
using field_types = typename FieldTypes<T>::type;

template <class List, template <class> class Trait>
inline constexpr bool any_of_types = false;
template <class... T, template <class> class Trait>
inline constexpr bool any_of_types<Types<T...>, Trait> = (Trait<T>::value || ...);

template <class List, template <class> class Trait>
inline constexpr bool all_of_types = false;
template <class... T, template <class> class Trait>
inline constexpr bool all_of_types<Types<T...>, Trait> = (Trait<T>::value && ...);

}  // namespace cohort::detail
