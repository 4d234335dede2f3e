// include/cohort/detail/pool/chunk_reader.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/core/export.hpp>
#include <cohort/detail/pool/pending.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <vector>

namespace cohort::detail {

// The results of a chunk that has ended, item by item in order. What a worker wrote is checked before it is believed.
class COHORT_API ChunkReader {
 public:
  ChunkReader(const Pending& chunk, std::uint64_t count);

  // Every item has a value and all lie in the array: nullptr if not. `size` is that of a value.
  [[nodiscard]] const std::byte* all_values(std::size_t size) const noexcept;

  // Items must be asked for in order, each at most once.
  struct Item {
    std::exception_ptr error{};                // null: a value
    std::span<const std::byte> bytes{};
  };
  // The next item when results are of plain type and `size` bytes each / when they are records.
  Item plain(std::uint64_t item, std::size_t size);
  Item record(std::uint64_t item);

  // How long the worker took for all of it, by its own account.
  [[nodiscard]] std::chrono::nanoseconds took() const noexcept { return took_; }

 private:
  struct Record {
    std::uint64_t item;
    bool error;
    std::span<const std::byte> bytes;
  };
  struct Lost {
    std::uint64_t item;
    std::exception_ptr error;
  };

  void read_stream(std::size_t begin, std::size_t end);
  std::optional<Item> failed(std::uint64_t item);
  const Record* record_of(std::uint64_t item) noexcept;
  static std::exception_ptr decode(std::span<const std::byte> bytes);

  std::uint64_t count_;
  std::exception_ptr error_{};  // of the whole chunk
  std::span<const std::byte> bytes_{};
  std::vector<Record> records_{};
  std::vector<Lost> lost_{};
  std::size_t next_record_ = 0;
  std::size_t next_lost_ = 0;
  bool stream_read_ = false;
  std::chrono::nanoseconds took_{0};
};

}  // namespace cohort::detail
