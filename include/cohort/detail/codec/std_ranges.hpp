// include/cohort/detail/codec/std_ranges.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/parts.hpp>

#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <forward_list>
#include <iterator>
#include <list>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace cohort {

template <class C, class Traits, class A>
inline constexpr bool by_elements<std::basic_string<C, Traits, A>> = true;
template <class T, class A>
inline constexpr bool by_elements<std::vector<T, A>> = true;
template <class T, class A>
inline constexpr bool by_elements<std::deque<T, A>> = true;
template <class T, class A>
inline constexpr bool by_elements<std::list<T, A>> = true;

}  // namespace cohort

namespace cohort::detail {

// Rows of elements: a count, then the elements. Where both they and their places in memory are plain, the elements are
// one copy, aligned once it is big enough to matter, so that the receiver can make its container from them where they
// lie.

inline constexpr std::size_t kWorthAligning = 64;
inline constexpr std::size_t kMaxAlignment = 16;

template <class C>
using element_t = typename C::value_type;
template <class C>
concept plain_row = std::ranges::contiguous_range<C> && is_plain<element_t<C>> &&
                    std::default_initializable<element_t<C>> && requires(C c) { c.resize(0); };
template <class C>
concept reservable = requires(C c, std::size_t n) { c.reserve(n); };
template <class T>
inline constexpr std::size_t row_alignment = alignof(T) < kMaxAlignment ? alignof(T) : kMaxAlignment;

template <plain_row C>
void encode_row(Writer& writer, const C& row) {
  using T = element_t<C>;
  const std::size_t size = row.size() * sizeof(T);
  writer.put_count(row.size());
  if (alignof(T) > 1 && size >= kWorthAligning) writer.align(row_alignment<T>);
  writer.put(row.data(), size);
}

template <class T>
bool lies_aligned(const std::byte* at) {
  return reinterpret_cast<std::uintptr_t>(at) % alignof(T) == 0;
}

template <plain_row C>
C decode_row(Reader& reader) {
  using T = element_t<C>;
  const std::size_t count = reader.get_count(sizeof(T), sizeof(T));
  const std::size_t size = count * sizeof(T);
  if (alignof(T) > 1 && size >= kWorthAligning) reader.align(row_alignment<T>);
  const std::byte* from = reader.take(size);
  if constexpr (std::is_trivially_copyable_v<T> && !needs_settling<T>) {
    const auto* first = reinterpret_cast<const T*>(from);
    if (lies_aligned<T>(from)) return C(first, first + count);
  }
  C row;
  row.resize(count);
  if (count != 0) std::memcpy(static_cast<void*>(row.data()), from, size);
  if constexpr (needs_settling<T>)
    for (T& element : row) detail::settle(element);
  return row;
}

template <class C>
void encode_each(Writer& writer, const C& elements, std::size_t count) {
  const Nested level(writer);
  writer.put_count(count);
  for (const auto& element : elements) detail::encode_value(writer, element);
}

template <class C>
C decode_each(Reader& reader) {
  const Nested level(reader);
  using T = element_t<C>;
  std::size_t count = reader.get_count(1, sizeof(T));
  C elements;
  if constexpr (reservable<C>) elements.reserve(reader.room_for(count, sizeof(T)));
  for (; count != 0; --count) {
    if constexpr (requires { elements.emplace_back(decode_value<T>(reader)); })
      elements.emplace_back(decode_value<T>(reader));
    else
      elements.emplace_hint(elements.end(), decode_value<T>(reader));
  }
  return elements;
}

template <class C>
concept map_like = requires { typename C::mapped_type; };

template <class C>
  requires(by_elements<C> && !map_like<C>)
struct Coder<C> {
  using Parts = Types<element_t<C>>;
  static void encode(Writer& writer, const C& elements) {
    if constexpr (plain_row<C>)
      detail::encode_row(writer, elements);
    else
      detail::encode_each(writer, elements, elements.size());
  }
  static C decode(Reader& reader) {
    if constexpr (plain_row<C>)
      return decode_row<C>(reader);
    else
      return decode_each<C>(reader);
  }
};

// One bit an element.
template <class A>
struct Coder<std::vector<bool, A>> {
  using Parts = Types<>;
  static void encode(Writer& writer, const std::vector<bool, A>& bits) {
    writer.put_count(bits.size());
    for (std::size_t i = 0; i < bits.size(); i += 8) {
      unsigned byte = 0;
      for (std::size_t k = i; k < i + 8 && k < bits.size(); ++k) byte |= static_cast<unsigned>(bits[k]) << (k - i);
      writer.put_plain(static_cast<std::uint8_t>(byte));
    }
  }
  static std::vector<bool, A> decode(Reader& reader) {
    const std::size_t count = reader.get_bit_count();
    const std::byte* bytes = reader.take((count + 7) / 8);
    std::vector<bool, A> bits(count);
    for (std::size_t i = 0; i < count; ++i) bits[i] = (std::to_integer<unsigned>(bytes[i / 8]) >> (i % 8) & 1U) != 0;
    return bits;
  }
};

template <class T, class A>
struct Coder<std::forward_list<T, A>> {
  using List = std::forward_list<T, A>;
  using Parts = Types<T>;
  static void encode(Writer& writer, const List& list) {
    detail::encode_each(writer, list, static_cast<std::size_t>(std::distance(list.begin(), list.end())));
  }
  static List decode(Reader& reader) {
    const Nested level(reader);
    std::size_t count = reader.get_count(1, sizeof(T));
    List list;
    for (auto last = list.before_begin(); count != 0; --count) last = list.emplace_after(last, decode_value<T>(reader));
    return list;
  }
};

template <class T, std::size_t N>
struct Coder<std::array<T, N>> {
  using Parts = Types<T>;
  static void encode(Writer& writer, const std::array<T, N>& row) {
    if constexpr (N == 0) writer.put_plain(std::byte{0});
    for (const T& element : row) detail::encode_value(writer, element);
  }
  static std::array<T, N> decode(Reader& reader) {
    if constexpr (N == 0) reader.take(1);
    return decode_in_order(reader, std::make_index_sequence<N>{});
  }

 private:
  template <std::size_t... I>
  static std::array<T, N> decode_in_order(Reader& reader, std::index_sequence<I...>) {
    return {{(static_cast<void>(I), decode_value<T>(reader))...}};
  }
};

}  // namespace cohort::detail
