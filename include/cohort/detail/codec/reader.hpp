// include/cohort/detail/codec/reader.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/limits.hpp>
#include <cohort/detail/codec/writer.hpp>
#include <cohort/detail/core/export.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

namespace cohort::detail {

[[noreturn]] COHORT_API void throw_truncated();
[[noreturn]] COHORT_API void throw_bad_count();
[[noreturn]] COHORT_API void throw_too_much_memory();
[[noreturn]] COHORT_API void throw_too_deep();
[[noreturn]] COHORT_API void throw_bad_choice();

// Takes values from bytes that nobody vouches for. Every call checks before it takes and throws DecodeError.
//
// The memory may be shared with a process that still writes to it. So each count and each tag is copied out once, and
// the copy is what is checked and used; bytes handed out by take() may change, and whoever takes them must copy before
// judging.
class Reader {
 public:
  Reader(const std::byte* begin, const std::byte* end, Limits limits = {})
      : begin_(begin), cur_(begin), end_(end), limits_(limits) {}
  explicit Reader(std::span<const std::byte> bytes, Limits limits = {})
      : Reader(bytes.data(), bytes.data() + bytes.size(), limits) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  [[nodiscard]] std::size_t remaining() const { return static_cast<std::size_t>(end_ - cur_); }

  const std::byte* take(std::size_t size) {
    if (remaining() < size) [[unlikely]]
      throw_truncated();
    const std::byte* at = cur_;
    cur_ += size;
    return at;
  }
  template <class T>
  T get_plain() {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_default_constructible_v<T>);
    T value;
    std::memcpy(&value, take(sizeof(T)), sizeof(T));
    return value;
  }
  // A number of elements that take at least `least` bytes each here and `size` bytes each once decoded.
  std::size_t get_count(std::size_t least, std::size_t size) {
    const std::uint64_t count = get_number();
    if (count > remaining() / least) [[unlikely]]
      throw_bad_count();
    if (count > limits_.memory / size) [[unlikely]]
      throw_too_much_memory();
    limits_.memory -= static_cast<std::size_t>(count) * size;
    return static_cast<std::size_t>(count);
  }
  // A number of bits, eight to a byte.
  std::size_t get_bit_count() {
    const std::uint64_t count = get_number();
    if (count / 8 > remaining()) [[unlikely]]
      throw_bad_count();
    return static_cast<std::size_t>(count);
  }
  // One of `choices`, from 0.
  std::size_t get_choice(std::size_t choices) {
    const std::uint64_t choice = get_number();
    if (choice >= choices) [[unlikely]]
      throw_bad_choice();
    return static_cast<std::size_t>(choice);
  }
  // How many of `count` elements of `size` bytes to make room for at once: what arrives later finds its room as it
  // arrives.
  [[nodiscard]] std::size_t room_for(std::size_t count, std::size_t size) const {
    constexpr std::size_t kPerByte = 8;
    const std::size_t justified = remaining() * kPerByte / size + 1;
    return count < justified ? count : justified;
  }
  void align(std::size_t alignment) { take((0 - static_cast<std::size_t>(cur_ - begin_)) & (alignment - 1)); }

  void enter() {
    if (limits_.depth == 0) [[unlikely]]
      throw_too_deep();
    --limits_.depth;
  }
  void leave() { ++limits_.depth; }

 private:
  std::uint64_t get_number() {
    const auto number = get_plain<std::uint8_t>();
    return number == Writer::kLongCount ? get_plain<std::uint64_t>() : number;
  }

  const std::byte* begin_;
  const std::byte* cur_;
  const std::byte* end_;
  Limits limits_;
};

}  // namespace cohort::detail
