// include/cohort/detail/codec/member_pointer.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/reader.hpp>
#include <cohort/detail/codec/writer.hpp>
#include <cohort/detail/core/export.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace cohort::detail {

// Pointers to members, in the form the C++ ABI of Linux gives them: a data member is its offset in the class; a
// function is its address or its place in the virtual table, and by how much to move `this`.
struct MemberFunction {
  std::uintptr_t address;
  std::ptrdiff_t adjust;
};

// The checks on what arrives: an offset lies within the class, an address starts a function, only polymorphic classes
// have a table. How long the table of the object will be cannot be known.
COHORT_API void encode_member_function(Writer& writer, MemberFunction function);
COHORT_API MemberFunction decode_member_function(Reader& reader, std::size_t class_size, bool is_polymorphic);
COHORT_API void check_member_offset(std::ptrdiff_t offset, std::size_t member_size, std::size_t class_size);

template <class M>
struct MemberOf;
template <class M, class C>
struct MemberOf<M C::*> {
  using Member = M;
  using Class = C;
};

template <class P>
void encode_member_pointer(Writer& writer, P pointer) {
  if constexpr (std::is_member_function_pointer_v<P>) {
    MemberFunction function;
    static_assert(sizeof function == sizeof pointer);
    std::memcpy(&function, &pointer, sizeof pointer);
    encode_member_function(writer, function);
  } else {
    writer.put_plain(pointer);
  }
}

template <class P>
P decode_member_pointer(Reader& reader) {
  using Class = typename MemberOf<P>::Class;
  P pointer;
  if constexpr (std::is_member_function_pointer_v<P>) {
    const MemberFunction function = decode_member_function(reader, sizeof(Class), std::is_polymorphic_v<Class>);
    std::memcpy(&pointer, &function, sizeof pointer);
  } else {
    const auto offset = reader.get_plain<std::ptrdiff_t>();
    static_assert(sizeof offset == sizeof pointer);
    check_member_offset(offset, sizeof(typename MemberOf<P>::Member), sizeof(Class));
    std::memcpy(&pointer, &offset, sizeof pointer);
  }
  return pointer;
}

}  // namespace cohort::detail
