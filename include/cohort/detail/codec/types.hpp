// include/cohort/detail/codec/types.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

namespace cohort::detail {

// A list of types, to be passed by value.
template <class... T>
struct Types {};

template <class T, class... U>
inline constexpr bool one_of = (std::same_as<T, U> || ...);

template <class T, template <class...> class Template>
inline constexpr bool is_specialization = false;
template <template <class...> class Template, class... A>
inline constexpr bool is_specialization<Template<A...>, Template> = true;

}  // namespace cohort::detail
