// include/cohort/detail/codec/value.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/refusal.hpp>
#include <cohort/detail/core/export.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>

namespace cohort::detail {

// Values one by one. Every value takes at least one byte, so that a count can be checked against the bytes that are
// left.

COHORT_API std::uint64_t encode_function(const void* function);
COHORT_API const void* decode_function(std::uint64_t token);

// Both sides of a type that its author codes himself. If he writes nothing, a zero keeps the rule above.
template <class T>
void encode_custom(Writer& writer, const T& value) {
  const std::size_t before = writer.size();
  adl::Encode{}(writer, value);
  if (writer.size() == before) writer.put_plain(std::byte{0});
}
template <class T>
T decode_custom(Reader& reader) {
  const std::size_t before = reader.remaining();
  T value = adl::Decode{}(reader, std::type_identity<T>{});
  if (reader.remaining() == before) reader.take(1);
  return value;
}

template <class T>
T make_empty() {
  if constexpr (std::default_initializable<T>)
    return T{};
  else
    return std::bit_cast<T>(std::byte{});
}

template <class T>
T decode_plain(Reader& reader) {
  if constexpr (std::same_as<T, bool>) {
    return reader.get_plain<std::uint8_t>() != 0;
  } else if constexpr (std::is_trivially_copyable_v<T> && !std::is_trivially_default_constructible_v<T>) {
    std::array<std::byte, sizeof(T)> bytes;
    std::memcpy(bytes.data(), reader.take(sizeof(T)), sizeof(T));
    T value = std::bit_cast<T>(bytes);
    detail::settle(value);
    return value;
  } else {
    T value;
    std::memcpy(static_cast<void*>(std::addressof(value)), reader.take(sizeof(T)), sizeof(T));
    detail::settle(value);
    return value;
  }
}

template <class T>
void fill_value(Reader& reader, T& value) {
  if constexpr (std::is_array_v<T>)
    for (auto& element : value) detail::fill_value(reader, element);
  else
    value = decode_value<T>(reader);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"  // a bit-field gets what a bit-field of the same type held

template <class T, class... Fields>
T decode_fields(Reader& reader, Types<Fields...>) {
  if constexpr ((std::is_array_v<Fields> || ...)) {
    T value{};
    detail::with_fields(value, [&](auto, auto&... fields) { (detail::fill_value(reader, fields), ...); });
    return value;
  } else {
    return T{decode_value<std::remove_cv_t<Fields>>(reader)...};
  }
}

#pragma GCC diagnostic pop

template <class T>
void encode_value(Writer& writer, const T& value) {
  if constexpr (handle<T> && adl::attaches<T>)
    adl::Attach{}(writer, value);
  else if constexpr (custom<T>)
    detail::encode_custom(writer, value);
  else if constexpr (std::is_empty_v<T>)
    writer.put_plain(std::byte{0});
  else if constexpr (is_plain<T>)
    writer.put_plain(value);
  else if constexpr (std::is_pointer_v<T>)
    writer.put_plain(encode_function(reinterpret_cast<const void*>(value)));
  else if constexpr (std::is_array_v<T>)
    for (const auto& element : value) detail::encode_value(writer, element);
  else if constexpr (has_coder<T>)
    Coder<T>::encode(writer, value);
  else
    detail::with_fields(value, [&](auto, const auto&... fields) { (detail::encode_value(writer, fields), ...); });
}

template <class T>
T decode_value(Reader& reader) {
  if constexpr (handle<T> && adl::attaches<T>)
    return adl::Detach{}(reader, std::type_identity<T>{});
  else if constexpr (custom<T>)
    return decode_custom<T>(reader);
  else if constexpr (std::is_empty_v<T>)
    return reader.take(1), make_empty<T>();
  else if constexpr (is_plain<T>)
    return decode_plain<T>(reader);
  else if constexpr (std::is_pointer_v<T>)
    return reinterpret_cast<T>(const_cast<void*>(decode_function(reader.get_plain<std::uint64_t>())));
  else if constexpr (has_coder<T>)
    return Coder<T>::decode(reader);
  else
    return decode_fields<T>(reader, field_types<T>{});
}

}  // namespace cohort::detail
