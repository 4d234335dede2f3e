// include/cohort/detail/codec/std_system.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/std_ranges.hpp>
#include <cohort/detail/codec/value.hpp>
#include <cohort/detail/core/export.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <system_error>

namespace cohort::detail {

// Error categories are objects of one process and are told apart by address: only those of std have a number here.
// Throws Error for any other category.
COHORT_API void encode_error_code(Writer& writer, const std::error_category& category, int value);
COHORT_API std::error_code decode_error_code(Reader& reader);

template <>
struct Coder<std::error_code> {
  using Parts = Types<>;
  static void encode(Writer& writer, const std::error_code& code) {
    encode_error_code(writer, code.category(), code.value());
  }
  static std::error_code decode(Reader& reader) { return decode_error_code(reader); }
};

template <>
struct Coder<std::error_condition> {
  using Parts = Types<>;
  static void encode(Writer& writer, const std::error_condition& code) {
    encode_error_code(writer, code.category(), code.value());
  }
  static std::error_condition decode(Reader& reader) {
    const std::error_code code = decode_error_code(reader);
    return {code.value(), code.category()};
  }
};

template <>
struct Coder<std::filesystem::path> {
  using Parts = Types<>;
  static void encode(Writer& writer, const std::filesystem::path& path) { detail::encode_value(writer, path.native()); }
  static std::filesystem::path decode(Reader& reader) {
    return decode_value<std::filesystem::path::string_type>(reader);
  }
};

}  // namespace cohort::detail
