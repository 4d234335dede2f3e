// include/cohort/detail/codec/codec.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/reader.hpp>
#include <cohort/detail/codec/std_maps.hpp>
#include <cohort/detail/codec/std_ranges.hpp>
#include <cohort/detail/codec/std_sums.hpp>
#include <cohort/detail/codec/std_system.hpp>
#include <cohort/detail/codec/value.hpp>
#include <cohort/detail/codec/walk.hpp>
#include <cohort/detail/codec/writer.hpp>

#include <cstdlib>
#include <type_traits>

namespace cohort::detail {

template <class T>
inline constexpr bool crosses_v = std::is_same_v<offence_t<T>, Fine>;

// Compiles if a T can be sent; otherwise says in a sentence which part of it cannot, and what to do.
template <class T>
consteval void check_crosses() {
  explain(offence_t<T>{});
}

// Entry points. Inside a value the codec recurses by encode_value and decode_value, which do not ask again.
template <class T>
void encode(Writer& writer, const T& value) {
  check_crosses<T>();
  if constexpr (crosses_v<T>) detail::encode_value(writer, value);
}

template <class T>
T decode(Reader& reader) {
  check_crosses<T>();
  if constexpr (crosses_v<T>)
    return decode_value<T>(reader);
  else
    std::abort();
}

}  // namespace cohort::detail
