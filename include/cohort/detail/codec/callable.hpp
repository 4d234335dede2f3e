// include/cohort/detail/codec/callable.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/codec.hpp>
#include <cohort/detail/codec/member_pointer.hpp>
#include <cohort/detail/codec/token.hpp>
#include <cohort/detail/core/export.hpp>

#include <type_traits>

namespace cohort::detail {

// Functions as the first argument of a task. Their type is known on both sides, so only their state travels: nothing
// for a captureless lambda or a stateless functor, a token for a function pointer, the members of an aggregate, Partial
// or ByCopy.

[[noreturn]] COHORT_API void throw_null_function();

template <class F>
concept stateless_callable = std::is_empty_v<F> && !custom<F> && !handle<F>;

template <class F>
void encode_callable(Writer& writer, const F& f) {
  if constexpr (std::is_pointer_v<F> || std::is_member_pointer_v<F>)
    if (f == nullptr) throw_null_function();
  if constexpr (std::is_member_pointer_v<F>)
    detail::encode_member_pointer(writer, f);
  else if constexpr (!stateless_callable<F>)
    detail::encode(writer, f);
}

template <class F>
F decode_callable(Reader& reader) {
  if constexpr (std::is_member_pointer_v<F>)
    return decode_member_pointer<F>(reader);
  else if constexpr (stateless_callable<F>)
    return make_empty<F>();
  else
    return decode<F>(reader);
}

// What must cross for F to be sent as a function: member pointers do here, and here only.
template <class F>
using callable_parts = std::conditional_t<std::is_member_pointer_v<F>, Types<>, Types<F>>;

template <class F>
inline constexpr bool crosses_as_callable = std::is_member_pointer_v<F> || crosses_v<F>;

template <class F>
consteval void check_callable() {
  if constexpr (!std::is_member_pointer_v<F>) check_crosses<F>();
}

}  // namespace cohort::detail
