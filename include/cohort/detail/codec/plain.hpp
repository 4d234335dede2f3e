// include/cohort/detail/codec/plain.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/custom.hpp>
#include <cohort/detail/codec/fields.hpp>

#include <array>
#include <bitset>
#include <chrono>
#include <complex>
#include <concepts>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace cohort::detail {

template <class T>
consteval bool plain_by_rule();

// Is a T its bytes? Only where every part of it is known to be: is_trivially_copyable is not that question, for
// string_view, reference_wrapper and struct { const char* name; int n; } are trivially copyable and would send
// addresses. Optionals and variants are not plain either, because their choice must be checked when it arrives.
template <class T>
inline constexpr bool is_plain = plain_by_rule<T>();

template <class T>
struct IsPlain : std::bool_constant<is_plain<T>> {};

template <class T>
inline constexpr bool is_plain_std = false;
template <class T, std::size_t N>
inline constexpr bool is_plain_std<std::array<T, N>> = is_plain<T>;
template <class T, class U>
inline constexpr bool is_plain_std<std::pair<T, U>> =
    is_plain<T> && is_plain<U> && std::default_initializable<std::pair<T, U>>;
template <class... T>
inline constexpr bool is_plain_std<std::tuple<T...>> =
    (is_plain<T> && ...) && std::default_initializable<std::tuple<T...>>;
template <class T>
inline constexpr bool is_plain_std<std::complex<T>> = std::is_arithmetic_v<T>;
template <std::size_t N>
inline constexpr bool is_plain_std<std::bitset<N>> = true;
template <class Rep, class Period>
inline constexpr bool is_plain_std<std::chrono::duration<Rep, Period>> = std::is_arithmetic_v<Rep>;
template <class Clock, class Duration>
inline constexpr bool is_plain_std<std::chrono::time_point<Clock, Duration>> = is_plain<Duration>;
// clang-format off
template <> inline constexpr bool is_plain_std<std::chrono::day> = true;
template <> inline constexpr bool is_plain_std<std::chrono::month> = true;
template <> inline constexpr bool is_plain_std<std::chrono::year> = true;
template <> inline constexpr bool is_plain_std<std::chrono::weekday> = true;
template <> inline constexpr bool is_plain_std<std::chrono::month_day> = true;
template <> inline constexpr bool is_plain_std<std::chrono::year_month> = true;
template <> inline constexpr bool is_plain_std<std::chrono::year_month_day> = true;
// clang-format on

template <class T>
concept bytes_copy =
    std::is_trivially_copyable_v<T> ||
    (std::is_trivially_copy_constructible_v<T> && std::is_trivially_destructible_v<T> && std::default_initializable<T>);

template <class T>
consteval bool plain_by_rule() {
  if constexpr (std::is_const_v<T> || std::is_volatile_v<T> || std::is_reference_v<T> || handle<T>)
    return false;
  else if constexpr (std::is_arithmetic_v<T> || std::is_null_pointer_v<T>)
    return true;
  else if constexpr (std::is_bounded_array_v<T>)
    return is_plain<std::remove_extent_t<T>>;
  else if constexpr (!user_type<T>)
    return false;
  else if constexpr (adl::encodes<T> || adl::decodes<T>)
    return false;
  else if constexpr (std::is_enum_v<T> || by_bytes<T> || is_plain_std<T>)
    return true;
  else if constexpr (std::is_empty_v<T>)
    return std::is_trivially_copyable_v<T>;
  else if constexpr (has_fields<T>)
    return bytes_copy<T> && all_of_types<field_types<T>, IsPlain>;
  else
    return false;
}

// Not every byte makes a bool, and the unused bits of a bitset must be zero: settle() makes valid what was copied from
// strangers.
template <class T>
consteval bool settle_by_rule();
template <class T>
inline constexpr bool needs_settling = settle_by_rule<T>();
template <class T>
struct NeedsSettling : std::bool_constant<needs_settling<T>> {};

template <class T>
inline constexpr bool needs_settling_std = false;
template <std::size_t N>
inline constexpr bool needs_settling_std<std::bitset<N>> = true;
template <class T, std::size_t N>
inline constexpr bool needs_settling_std<std::array<T, N>> = needs_settling<T>;
template <class... T>
inline constexpr bool needs_settling_std<std::tuple<T...>> = (needs_settling<T> || ...);
template <class T, class U>
inline constexpr bool needs_settling_std<std::pair<T, U>> = needs_settling<T> || needs_settling<U>;

template <class T>
consteval bool settle_by_rule() {
  if constexpr (std::is_bounded_array_v<T>)
    return needs_settling<std::remove_extent_t<T>>;
  else if constexpr (!std::is_class_v<T>)
    return std::same_as<T, bool>;
  else if constexpr (by_bytes<T> || std::is_empty_v<T>)
    return false;
  else if constexpr (has_fields<T> && !is_plain_std<T>)
    return any_of_types<field_types<T>, NeedsSettling>;
  else
    return needs_settling_std<T>;
}

template <class T>
void settle(T& value);

template <std::size_t N>
void settle_std(std::bitset<N>& value) {
  value &= ~std::bitset<N>();
}
template <class T, std::size_t N>
void settle_std(std::array<T, N>& value) {
  for (T& element : value) detail::settle(element);
}
template <class Tuple>
void settle_std(Tuple& value) {
  std::apply([](auto&... elements) { (detail::settle(elements), ...); }, value);
}

template <class T>
void settle(T& value) {
  if constexpr (!needs_settling<T>) {
    return;
  } else if constexpr (std::same_as<T, bool>) {
    auto& raw = reinterpret_cast<unsigned char&>(value);
    raw = raw != 0;
  } else if constexpr (std::is_bounded_array_v<T>) {
    for (auto& element : value) detail::settle(element);
  } else if constexpr (has_fields<T> && !is_plain_std<T>) {
    // A bit-field comes as a copy, which is settled in vain; a bool of one bit is valid as it is.
    detail::with_fields(value, [](auto, const auto&... fields) {
      (detail::settle(const_cast<std::remove_cvref_t<decltype(fields)>&>(fields)), ...);
    });
  } else {
    detail::settle_std(value);
  }
}

}  // namespace cohort::detail
