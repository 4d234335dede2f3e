// include/cohort/detail/codec/field_count.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/field_table.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace cohort::detail {

// How many fields an aggregate has, found by asking the compiler with how many initializers it can be made.
//
// If T{} compiles, every field can be made from {}, and {} stands for a whole field, be it an array of 4096 chars: then
// the largest number of {} that fits is the answer. Otherwise some field has no default, and Anything stands for the
// fields instead; for an array field, which nothing converts to, it stands for one element (the standard's brace
// elision), so that arrays count as many as they have elements until their sizes are found and subtracted.

inline constexpr std::size_t kNoCount = static_cast<std::size_t>(-1);

struct Anything {
  template <class T>
  operator T() const&;  // const&, so that a constructor template that takes an Anything&& is the better match
};

template <class T>
struct BaseOf {
  template <class B>
    requires(std::is_base_of_v<B, T> && !std::same_as<B, T>)
  operator B() const;
};
struct Nothing {};

template <class T>
concept has_base = std::is_aggregate_v<T> && requires { T{BaseOf<T>{}}; } && !requires { T{Nothing{}}; };

template <class T, class Before>
inline constexpr bool anythings_fit = false;
template <class T, std::size_t... I>
inline constexpr bool anythings_fit<T, std::index_sequence<I...>> =
    requires { T{(static_cast<void>(I), Anything{})...}; };

// Before × Anything, one {}, After × Anything.
template <class T, class Before, class After>
inline constexpr bool braces_fit_at = false;
template <class T, std::size_t... B, std::size_t... A>
inline constexpr bool braces_fit_at<T, std::index_sequence<B...>, std::index_sequence<A...>> = requires {
  T{(static_cast<void>(B), Anything{})..., {}, (static_cast<void>(A), Anything{})...};
};

// Before × Anything, {Inside × Anything}, After × Anything.
template <class T, class Before, class Inside, class After>
inline constexpr bool anythings_fit_at = false;
template <class T, std::size_t... B, std::size_t... I, std::size_t... A>
inline constexpr bool
    anythings_fit_at<T, std::index_sequence<B...>, std::index_sequence<I...>, std::index_sequence<A...>> = requires {
      T{(static_cast<void>(B), Anything{})...,
        {(static_cast<void>(I), Anything{})...},
        (static_cast<void>(A), Anything{})...};
    };

inline constexpr std::size_t kMaxInitializers = 256;

template <class T, std::size_t N = kMaxInitializers>
consteval std::size_t count_anythings() {
  if constexpr (anythings_fit<T, std::make_index_sequence<N>>)
    return N;
  else if constexpr (N > 0)
    return count_anythings<T, N - 1>();
  else
    return kNoCount;
}

template <class T, std::size_t I, std::size_t Inside, std::size_t After>
inline constexpr bool is_array_at = anythings_fit_at<T, std::make_index_sequence<I>, std::make_index_sequence<Inside>,
                                                     std::make_index_sequence<After>> &&
                                    !anythings_fit_at<T, std::make_index_sequence<I>, std::make_index_sequence<Inside>,
                                                      std::make_index_sequence<After + 1>>;

// How many initializers the I-th of Total takes for its field, if {} does not make that field: more than one for an
// array only.
template <class T, std::size_t I, std::size_t Total, std::size_t Size = 2>
consteval std::size_t initializers_without_default() {
  if constexpr (I + Size > Total)
    return 1;
  else if constexpr (is_array_at<T, I, Size, Total - I - Size>)
    return Size;
  else
    return initializers_without_default<T, I, Total, Size + 1>();
}

// The same for any field: {} stands for the whole of it, so what fits behind tells its size.
template <class T, std::size_t I, std::size_t Total, std::size_t Size = 1>
consteval std::size_t initializers_at() {
  if constexpr (I + Size > Total)
    return initializers_without_default<T, I, Total>();
  else if constexpr (braces_fit_at<T, std::make_index_sequence<I>, std::make_index_sequence<Total - I - Size>>)
    return Size;
  else
    return initializers_at<T, I, Total, Size + 1>();
}

template <class T, std::size_t Total, std::size_t I = 0>
consteval std::size_t count_without_elision() {
  if constexpr (I >= Total)
    return 0;
  else
    return 1 + count_without_elision<T, Total, I + initializers_at<T, I, Total>()>();
}

// kNoCount if the compiler does not tell.
template <class T>
consteval std::size_t count_fields() {
  if constexpr (requires { T{}; }) {
    constexpr std::size_t count = count_braces<T>();
    return count > kMaxFields ? kNoCount : count;
  } else {
    constexpr std::size_t total = count_anythings<T>();
    if constexpr (total == kNoCount || total == kMaxInitializers)
      return kNoCount;
    else
      return count_without_elision<T, total>();
  }
}

}  // namespace cohort::detail
