// include/cohort/by_copy.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/parts.hpp>

#include <array>
#include <bit>
#include <cstring>
#include <functional>
#include <type_traits>
#include <utility>

namespace cohort {

// A lambda with captures whose bytes are to travel as they are. What a lambda captured cannot be inspected: a captured
// number arrives as that number, a captured pointer or reference arrives as an address of the wrong process. So this
// says, where it is called, that there are none of the latter:
//
//     pool.map(cohort::by_copy([k](double x) { return k * x; }), xs);
//
// Prefer cohort::partial(f, k), which knows its values and takes any that cross.
template <class F>
struct ByCopy {
  static_assert(std::is_trivially_copyable_v<F>,
                "cohort: by_copy sends bytes, so all captures must be trivially copyable (no std::string, no "
                "container): give them as "
                "arguments or by cohort::partial(f, values...)");
  F f;

  template <class... A>
    requires std::invocable<F&, A...>
  decltype(auto) operator()(A&&... arguments) {
    return std::invoke(f, std::forward<A>(arguments)...);
  }
};

template <class F>
ByCopy<F> by_copy(F f) {
  return {std::move(f)};
}

namespace detail {
template <class F>
struct Coder<ByCopy<F>> {
  using Parts = Types<>;
  static void encode(Writer& writer, const ByCopy<F>& copy) { writer.put_plain(copy.f); }
  static ByCopy<F> decode(Reader& reader) {
    std::array<std::byte, sizeof(F)> bytes;
    std::memcpy(bytes.data(), reader.take(sizeof(F)), sizeof(F));
    return {std::bit_cast<F>(bytes)};
  }
};
}  // namespace detail

}  // namespace cohort
