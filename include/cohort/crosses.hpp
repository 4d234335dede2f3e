// include/cohort/crosses.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/codec.hpp>

#include <type_traits>

namespace cohort {

// What can be sent to another process: an argument, a result, an item of a queue.
//
//   arithmetic types, enums, std::byte, std's strings, containers, pair, tuple, array, optional, variant, unique_ptr,
//   shared_ptr, bitset, complex, chrono's times, filesystem::path, error_code;
//   aggregates of such (C arrays included), functions and captureless lambdas, handles (queues, locks …);
//   what opts in, below.
//
// Pointers, references and views are refused when compiling, in a sentence that names the member (docs/codec.md).
template <class T>
concept crosses = detail::crosses_v<std::remove_cvref_t<T>>;

using Writer = detail::Writer;
using Reader = detail::Reader;

// A class that hides its members opts in with two functions in its own namespace, found by argument-dependent lookup:
//
//     void cohort_encode(cohort::Writer& w, const Money& m) { cohort::encode(w, m.cents()); }
//     Money cohort_decode(cohort::Reader& r, std::type_identity<Money>) { return Money(cohort::decode<long>(r)); }
//
// or, where the object is its bytes:     template <> inline constexpr bool cohort::by_bytes<Money> = true;
// A container of other making opts in:   template <class T> inline constexpr bool cohort::by_elements<my::Row<T>> =
// true;
//
// Between cohort_decode and the bytes stands the reader, which throws DecodeError when they end early; what the values
// mean is for cohort_decode to check.
using detail::decode;  // T decode<T>(Reader&)
using detail::encode;  // void encode(Writer&, const T&)

}  // namespace cohort
