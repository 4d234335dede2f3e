// src/codec/error_code.cpp                      SPDX-License-Identifier: MIT
#include <cohort/detail/codec/std_system.hpp>
#include <cohort/errors.hpp>

#include <array>
#include <cstdint>
#include <future>
#include <ios>
#include <string>

namespace cohort::detail {

namespace {

using Category = const std::error_category& (*)() noexcept;
constexpr std::array<Category, 4> kCategories{&std::generic_category, &std::system_category, &std::iostream_category,
                                              &std::future_category};

}  // namespace

void encode_error_code(Writer& writer, const std::error_category& category, int value) {
  for (std::size_t i = 0; i < kCategories.size(); ++i) {
    if (kCategories[i]() != category) continue;
    writer.put_plain(static_cast<std::uint8_t>(i));
    writer.put_plain(value);
    return;
  }
  throw Error(
      "cohort: the error category '" + std::string(category.name()) +
      "' exists in this process only: send a code of std::generic_category or std::system_category, or the message");
}

std::error_code decode_error_code(Reader& reader) {
  const Category category = kCategories[reader.get_choice(kCategories.size())];
  return {reader.get_plain<int>(), category()};
}

}  // namespace cohort::detail
