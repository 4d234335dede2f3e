// include/cohort/detail/codec/std_maps.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/refusal.hpp>
#include <cohort/detail/codec/std_ranges.hpp>

#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace cohort {

// clang-format off
template <class T, class C, class A> inline constexpr bool by_elements<std::set<T, C, A>> = true;
template <class T, class C, class A> inline constexpr bool by_elements<std::multiset<T, C, A>> = true;
template <class K, class V, class C, class A> inline constexpr bool by_elements<std::map<K, V, C, A>> = true;
template <class K, class V, class C, class A> inline constexpr bool by_elements<std::multimap<K, V, C, A>> = true;
template <class T, class H, class E, class A> inline constexpr bool by_elements<std::unordered_set<T, H, E, A>> = true;
template <class T, class H, class E, class A> inline constexpr bool by_elements<std::unordered_multiset<T, H, E, A>> = true;
template <class K, class V, class H, class E, class A> inline constexpr bool by_elements<std::unordered_map<K, V, H, E, A>> = true;
template <class K, class V, class H, class E, class A> inline constexpr bool by_elements<std::unordered_multimap<K, V, H, E, A>> = true;
// clang-format on

}  // namespace cohort

namespace cohort::detail {

// clang-format off
template <class... C> inline constexpr Why why_order = (stateless<C> && ...) ? Why::none : Why::comparator;
template <class T, class C, class A> inline constexpr Why why_std<std::set<T, C, A>> = why_order<C>;
template <class T, class C, class A> inline constexpr Why why_std<std::multiset<T, C, A>> = why_order<C>;
template <class K, class V, class C, class A> inline constexpr Why why_std<std::map<K, V, C, A>> = why_order<C>;
template <class K, class V, class C, class A> inline constexpr Why why_std<std::multimap<K, V, C, A>> = why_order<C>;
template <class T, class H, class E, class A> inline constexpr Why why_std<std::unordered_set<T, H, E, A>> = why_order<H, E>;
template <class T, class H, class E, class A> inline constexpr Why why_std<std::unordered_multiset<T, H, E, A>> = why_order<H, E>;
template <class K, class V, class H, class E, class A> inline constexpr Why why_std<std::unordered_map<K, V, H, E, A>> = why_order<H, E>;
template <class K, class V, class H, class E, class A> inline constexpr Why why_std<std::unordered_multimap<K, V, H, E, A>> = why_order<H, E>;
// clang-format on

// Key and value in turn, in the map's own order, so that each finds its place at the end of what is there.
template <class C>
  requires(by_elements<C> && map_like<C>)
struct Coder<C> {
  using Key = typename C::key_type;
  using Mapped = typename C::mapped_type;
  using Parts = Types<Key, Mapped>;

  static void encode(Writer& writer, const C& map) {
    const Nested level(writer);
    writer.put_count(map.size());
    for (const auto& [key, value] : map) {
      detail::encode_value(writer, key);
      detail::encode_value(writer, value);
    }
  }
  static C decode(Reader& reader) {
    const Nested level(reader);
    constexpr std::size_t kSize = sizeof(element_t<C>);
    std::size_t count = reader.get_count(2, kSize);
    C map;
    if constexpr (reservable<C>) map.reserve(reader.room_for(count, kSize));
    for (; count != 0; --count) {
      Key key = decode_value<Key>(reader);
      map.emplace_hint(map.end(), std::move(key), decode_value<Mapped>(reader));
    }
    return map;
  }
};

}  // namespace cohort::detail
