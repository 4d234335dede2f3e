// tests/unit/codec/trip.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/crosses.hpp>
#include <cohort/errors.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

namespace cohort::test {

using Bytes = std::vector<std::byte>;

template <class T>
Bytes encoded(const T& value) {
  detail::BufferWriter writer;
  cohort::encode(writer, value);
  return {writer.bytes().begin(), writer.bytes().end()};
}

// Decodes from memory that is as long as the bytes and no longer, so that a sanitizer sees every step too far.
template <class T>
T decoded(std::span<const std::byte> bytes, detail::Limits limits = {}) {
  const auto exact = std::make_unique<std::byte[]>(bytes.size());
  std::ranges::copy(bytes, exact.get());
  Reader reader({exact.get(), bytes.size()}, limits);
  return cohort::decode<T>(reader);
}

// There and back; nothing may be left over, and no shorter message may pass for a whole one.
template <class T>
T trip(const T& value) {
  const Bytes bytes = encoded(value);
  EXPECT_FALSE(bytes.empty()) << "every value takes a byte";
  const std::size_t step = bytes.size() > 4096 ? 101 : 1;
  for (std::size_t size = 0; size < bytes.size(); size += step)
    EXPECT_THROW(static_cast<void>(decoded<T>(std::span(bytes).first(size))), DecodeError) << "cut at " << size;
  Reader reader{std::span<const std::byte>(bytes)};
  T result = cohort::decode<T>(reader);
  EXPECT_EQ(reader.remaining(), 0U);
  return result;
}

// clang-format off
#define EXPECT_TRIP(...) do { const auto there = __VA_ARGS__; EXPECT_TRUE(::cohort::test::trip(there) == there); } while (false)
// clang-format on

}  // namespace cohort::test
