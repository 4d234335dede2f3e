// include/cohort/detail/codec/parts.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/plain.hpp>

namespace cohort::detail {

// How a class of std travels: a specialization for each, in the std_*.hpp beside this file. Has
//   using Parts = Types<…>;                    what must cross for it to cross
//   static void encode(Writer&, const T&);
//   static T decode(Reader&);
template <class T>
struct Coder {};

template <class T>
concept has_coder = requires { typename Coder<T>::Parts; };

// What the coders use for the values inside (value.hpp).
template <class T>
void encode_value(Writer& writer, const T& value);
template <class T>
T decode_value(Reader& reader);

}  // namespace cohort::detail
