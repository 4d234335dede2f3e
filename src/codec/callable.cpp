// src/codec/callable.cpp                      SPDX-License-Identifier: MIT
#include <cohort/detail/codec/callable.hpp>
#include <cohort/errors.hpp>

namespace cohort::detail {

namespace {

// Where the ABI keeps the mark of a virtual function: functions may start at odd addresses on ARM.
#if defined(__arm__) || defined(__aarch64__)
constexpr bool kMarkInAdjust = true;
#else
constexpr bool kMarkInAdjust = false;
#endif

bool is_virtual(const MemberFunction& function) {
  return ((kMarkInAdjust ? static_cast<std::uintptr_t>(function.adjust) : function.address) & 1) != 0;
}

std::ptrdiff_t adjustment(const MemberFunction& function) {
  return kMarkInAdjust ? function.adjust / 2 : function.adjust;
}

std::uintptr_t table_offset(const MemberFunction& function) {
  return kMarkInAdjust ? function.address : function.address - 1;
}

bool is_sound_virtual(const MemberFunction& function) {
  constexpr std::uintptr_t kLargestTable = 1U << 16;
  return is_virtual(function) && table_offset(function) % sizeof(void*) == 0 && table_offset(function) < kLargestTable;
}

}  // namespace

void throw_null_function() { throw UsageError("cohort: the function is a null pointer"); }

void encode_member_function(Writer& writer, MemberFunction function) {
  const bool indirect = is_virtual(function);
  writer.put_plain(static_cast<std::uint8_t>(indirect));
  writer.put_plain(indirect ? std::uint64_t{function.address}
                            : encode_function(reinterpret_cast<const void*>(function.address)));
  writer.put_plain(function.adjust);
}

MemberFunction decode_member_function(Reader& reader, std::size_t class_size, bool is_polymorphic) {
  const bool indirect = reader.get_choice(2) == 1;
  const auto where = reader.get_plain<std::uint64_t>();
  MemberFunction function{static_cast<std::uintptr_t>(where), reader.get_plain<std::ptrdiff_t>()};
  if (!indirect) function.address = reinterpret_cast<std::uintptr_t>(decode_function(where));
  const bool sound =
      indirect ? is_polymorphic && is_sound_virtual(function) : function.address != 0 && !is_virtual(function);
  const std::ptrdiff_t adjust = adjustment(function);
  if (!sound || adjust < 0 || static_cast<std::size_t>(adjust) >= class_size)
    throw DecodeError("cohort: these bytes are no pointer to a member function");
  return function;
}

void check_member_offset(std::ptrdiff_t offset, std::size_t member_size, std::size_t class_size) {
  if (offset < 0 || member_size > class_size || static_cast<std::size_t>(offset) > class_size - member_size)
    throw DecodeError("cohort: these bytes are no pointer to a member");
}

}  // namespace cohort::detail
