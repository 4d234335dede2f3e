// include/cohort/detail/codec/writer.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/limits.hpp>
#include <cohort/detail/core/export.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

namespace cohort::detail {

[[noreturn]] COHORT_API void throw_too_deep_to_encode();

// Where values are turned into bytes: three pointers into memory that a derived class owns. While there is room,
// writing is a compare and a copy; only grow() is virtual.
//
//     begin_            cur_              end_
//       | written ...    | free ...        |
class COHORT_API Writer {
 public:
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void put(const void* from, std::size_t size) {
    std::byte* to = claim(size);
    if (size != 0) std::memcpy(to, from, size);
  }
  // The bytes of `value` as they lie in memory.
  template <class T>
  void put_plain(const T& value) {
    std::memcpy(claim(sizeof(T)), static_cast<const void*>(std::addressof(value)), sizeof(T));
  }
  // A number of elements: one byte below 255, else 255 and eight bytes.
  void put_count(std::size_t count) {
    if (count < kLongCount) return put_plain(static_cast<std::uint8_t>(count));
    std::byte* to = claim(1 + sizeof(std::uint64_t));
    const auto wide = static_cast<std::uint64_t>(count);
    *to = std::byte{kLongCount};
    std::memcpy(to + 1, &wide, sizeof wide);
  }
  // `size` bytes to be filled by the caller before the next call.
  std::byte* claim(std::size_t size) {
    if (static_cast<std::size_t>(end_ - cur_) < size) [[unlikely]]
      grow(size);
    std::byte* at = cur_;
    cur_ += size;
    return at;
  }
  // Zeros up to a multiple of `alignment`, counted from the beginning.
  void align(std::size_t alignment) {
    const std::size_t padding = (0 - this->size()) & (alignment - 1);
    if (padding != 0) std::memset(claim(padding), 0, padding);
  }

  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(cur_ - begin_); }
  // Forgets what was written after the first `size` bytes.
  void rewind(std::size_t size) { cur_ = begin_ + size; }

  void enter() {
    if (++depth_ > Limits{}.depth) [[unlikely]]
      throw_too_deep_to_encode();
  }
  void leave() { --depth_; }

  static constexpr std::uint8_t kLongCount = 255;

 protected:
  Writer(std::byte* begin, std::byte* end) : begin_(begin), cur_(begin), end_(end) {}
  ~Writer() = default;

  // Makes room for `need` bytes at cur_, moving what is there, or throws and leaves all as it was. begin_ stays as
  // aligned as it was.
  virtual void grow(std::size_t need) = 0;

  std::byte* begin_;
  std::byte* cur_;
  std::byte* end_;

 private:
  std::size_t depth_ = 0;
};

// Writes into memory of its own.
class COHORT_API BufferWriter final : public Writer {
 public:
  BufferWriter() : Writer(nullptr, nullptr) {}
  [[nodiscard]] std::span<const std::byte> bytes() const { return {begin_, size()}; }
  void clear() { rewind(0); }

 private:
  void grow(std::size_t need) override;
  std::unique_ptr<std::byte[]> memory_;
};

}  // namespace cohort::detail
