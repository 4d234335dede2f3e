// include/cohort/detail/pool/frames.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/reader.hpp>
#include <cohort/detail/codec/writer.hpp>
#include <cohort/detail/core/export.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace cohort::detail {

// What runs in a worker sees bytes in and bytes out; the types are known to the function that a token names.

// A task: takes the callable and its arguments from `in`, leaves the result in `out`. What it throws is the result instead.
using TaskFn = void(Reader& in, Writer& out);

// Several items of a map that travel together. Each is finished, failed or not begun on its own: whatever kills the worker,
// the results before it stay.
class COHORT_API ChunkFrame {
 public:
  virtual ~ChunkFrame() = default;

  [[nodiscard]] std::uint64_t count() const { return count_; }
  // The first item that has not been finished by an earlier worker.
  [[nodiscard]] std::uint64_t first() const { return first_; }
  // The callable's bytes; then those of the items.
  [[nodiscard]] const std::byte* callable() const { return callable_; }
  [[nodiscard]] const std::byte* items() const { return items_; }
  [[nodiscard]] const std::byte* end() const { return end_; }

  // Room for `count()` values of that size: the results of plain type. Called once, before the first item.
  virtual std::byte* values(std::size_t size) = 0;
  // Results of any other type are written one by one: record(i), what encode() writes, finished(i).
  virtual Writer& record(std::uint64_t item) = 0;
  virtual void close_record() = 0;
  // In a catch block: the exception is the item's result.
  virtual void failed(std::uint64_t item) = 0;

  // Item by item in order, each when its result is in place.
  void finished(std::uint64_t item) {
#if defined(COHORT_SWEEP) && COHORT_SWEEP
    before_store();
#endif
    progress_->store((item + 1) << 40 | stream_end_, std::memory_order_release);
  }

 protected:
  virtual void before_store() = 0;

  std::atomic<std::uint64_t>* progress_ = nullptr;
  std::uint64_t stream_end_ = 0;
  std::uint64_t count_ = 0;
  std::uint64_t first_ = 0;
  const std::byte* callable_ = nullptr;
  const std::byte* items_ = nullptr;
  const std::byte* end_ = nullptr;
};

using ChunkFn = void(ChunkFrame& chunk);

// Before an item that is no plain value: its length in 8 bytes, then as many zeros. Items begin at multiples of this.
inline constexpr std::size_t kItemHeader = 16;

}  // namespace cohort::detail
