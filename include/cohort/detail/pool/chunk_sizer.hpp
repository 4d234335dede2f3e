// include/cohort/detail/pool/chunk_sizer.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/core/export.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace cohort::detail {

// How many items of a map travel together. Chosen by what the last ones took: enough work to make the hand-over cheap, few
// enough items that the workers end together and that memory stays small. Single items until the first has come back.
class COHORT_API ChunkSizer {
 public:
  // `fixed`: the user's chunksize, 0 for none. `bytes`: of one item with its result, if it is known.
  ChunkSizer(std::uint32_t workers, int fixed, bool timed, std::optional<std::size_t> bytes);

  // Items for the next chunk; `left` when it is known how many there are.
  [[nodiscard]] std::uint64_t next(std::optional<std::uint64_t> left) const noexcept;
  // Chunks that may be under way before the first of them is awaited.
  [[nodiscard]] std::size_t window() const noexcept;

  void took(std::uint64_t items, std::chrono::nanoseconds time) noexcept;

  // For a map that is submitted as a whole.
  [[nodiscard]] std::uint64_t at_once(std::uint64_t items) const noexcept;

 private:
  std::uint32_t workers_;
  std::uint64_t fixed_;
  std::uint64_t most_;
  std::uint64_t size_ = 1;
  bool measured_ = false;
};

}  // namespace cohort::detail
