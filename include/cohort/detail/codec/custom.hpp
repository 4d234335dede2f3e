// include/cohort/detail/codec/custom.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/reader.hpp>
#include <cohort/detail/codec/writer.hpp>
#include <cohort/handle.hpp>

#include <concepts>
#include <type_traits>

namespace cohort {

// Opt-ins for types that hide their members; both are for the type's author to promise (docs/codec.md).
//
// True: the object is its bytes. It holds no pointer, and any bytes make a valid object.
template <class T>
inline constexpr bool by_bytes = false;
// True: a container that is nothing but its elements: default constructible, with begin, end and emplace_back or
// emplace_hint.
template <class T>
inline constexpr bool by_elements = false;

}  // namespace cohort

// What argument-dependent lookup finds in the namespaces of user types, and nowhere else.
namespace cohort::adl {

void cohort_encode() = delete;
void cohort_decode() = delete;
void cohort_attach() = delete;
void cohort_detach() = delete;

template <class T>
concept encodes = requires(detail::Writer& writer, const T& value) { cohort_encode(writer, value); };
template <class T>
concept decodes = requires(detail::Reader& reader) {
  { cohort_decode(reader, std::type_identity<T>{}) } -> std::same_as<T>;
};
template <class T>
concept attaches = requires(detail::Writer& writer, detail::Reader& reader, const T& handle) {
  cohort_attach(writer, handle);
  { cohort_detach(reader, std::type_identity<T>{}) } -> std::same_as<T>;
};

struct Encode {
  template <class T>
  void operator()(detail::Writer& writer, const T& value) const {
    cohort_encode(writer, value);
  }
};
struct Decode {
  template <class T>
  T operator()(detail::Reader& reader, std::type_identity<T> type) const {
    return cohort_decode(reader, type);
  }
};
struct Attach {
  template <class T>
  void operator()(detail::Writer& writer, const T& handle) const {
    cohort_attach(writer, handle);
  }
};
struct Detach {
  template <class T>
  T operator()(detail::Reader& reader, std::type_identity<T> type) const {
    return cohort_detach(reader, type);
  }
};

}  // namespace cohort::adl

namespace cohort::detail {

template <class T>
concept user_type = std::is_class_v<T> || std::is_enum_v<T> || std::is_union_v<T>;
// Has both functions. Half a pair is refused with a sentence (refusal.hpp), not taken for something else.
template <class T>
concept custom = user_type<T> && adl::encodes<T> && adl::decodes<T>;
template <class T>
concept half_custom = user_type<T> && !handle<T> && adl::encodes<T> != adl::decodes<T>;

}  // namespace cohort::detail
