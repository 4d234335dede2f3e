// include/cohort/detail/codec/std_sums.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/parts.hpp>
#include <cohort/detail/core/export.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace cohort::detail {

[[noreturn]] COHORT_API void throw_valueless();

template <class... T>
struct Coder<std::tuple<T...>> {
  using Parts = Types<T...>;
  static void encode(Writer& writer, const std::tuple<T...>& tuple) {
    std::apply([&](const auto&... element) { (detail::encode_value(writer, element), ...); }, tuple);
  }
  static std::tuple<T...> decode(Reader& reader) {
    return std::tuple<T...>{decode_value<std::remove_cv_t<T>>(reader)...};
  }
};

template <class T, class U>
struct Coder<std::pair<T, U>> {
  using Parts = Types<T, U>;
  static void encode(Writer& writer, const std::pair<T, U>& pair) {
    detail::encode_value(writer, pair.first);
    detail::encode_value(writer, pair.second);
  }
  static std::pair<T, U> decode(Reader& reader) {
    return std::pair<T, U>{decode_value<std::remove_cv_t<T>>(reader), decode_value<std::remove_cv_t<U>>(reader)};
  }
};

inline bool decode_presence(Reader& reader) {
  const auto tag = reader.get_plain<std::uint8_t>();
  if (tag > 1) [[unlikely]]
    throw_bad_choice();
  return tag != 0;
}

template <class T>
struct Coder<std::optional<T>> {
  using Parts = Types<T>;
  static void encode(Writer& writer, const std::optional<T>& value) {
    writer.put_plain(static_cast<std::uint8_t>(value.has_value()));
    if (value) detail::encode_value(writer, *value);
  }
  static std::optional<T> decode(Reader& reader) {
    if (!decode_presence(reader)) return std::nullopt;
    return std::optional<T>(std::in_place, decode_value<std::remove_cv_t<T>>(reader));
  }
};

// Owners travel as what they own, or as nothing. Two shared_ptr to one value arrive as two values; a cycle is too deep.
template <class T>
struct OwnerCoder {
  using Parts = Types<std::remove_cv_t<T>>;
  template <class Owner>
  static void encode(Writer& writer, const Owner& owner) {
    const Nested level(writer);
    writer.put_plain(static_cast<std::uint8_t>(owner != nullptr));
    if (owner) detail::encode_value(writer, std::as_const(*owner));
  }
  static std::unique_ptr<T> decode(Reader& reader) {
    const Nested level(reader);
    if (!decode_presence(reader)) return nullptr;
    return std::make_unique<T>(decode_value<std::remove_cv_t<T>>(reader));
  }
};
template <class T>
  requires(!std::is_array_v<T>)
struct Coder<std::unique_ptr<T>> : OwnerCoder<T> {};
template <class T>
  requires(!std::is_array_v<T> && !std::is_void_v<T>)
struct Coder<std::shared_ptr<T>> : OwnerCoder<T> {};

template <class... T>
struct Coder<std::variant<T...>> {
  using Variant = std::variant<T...>;
  using Parts = Types<T...>;

  static void encode(Writer& writer, const Variant& value) {
    if (value.valueless_by_exception()) throw_valueless();
    writer.put_count(value.index());
    std::visit([&](const auto& held) { detail::encode_value(writer, held); }, value);
  }
  static Variant decode(Reader& reader) {
    const std::size_t index = reader.get_choice(sizeof...(T));
    return decode_choice(reader, index, std::index_sequence_for<T...>{});
  }

 private:
  template <std::size_t I>
  static Variant decode_at(Reader& reader) {
    using Held = std::variant_alternative_t<I, Variant>;
    return Variant(std::in_place_index<I>, decode_value<std::remove_cv_t<Held>>(reader));
  }
  template <std::size_t... I>
  static Variant decode_choice(Reader& reader, std::size_t index, std::index_sequence<I...>) {
    static constexpr std::array<Variant (*)(Reader&), sizeof...(T)> kDecoders{&decode_at<I>...};
    return kDecoders[index](reader);
  }
};

}  // namespace cohort::detail
