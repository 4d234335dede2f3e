// src/pool/chunk_runner.hpp                        SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/pool/frames.hpp>

#include "arena/arena.hpp"
#include "pool/layout.hpp"

namespace cohort::pool {

// The worker's side of a chunk: reads its arguments, keeps its ResultBlock, goes on where a dead worker stopped.
// The block belongs to the slot from the beginning, so that what was finished outlives this process.
class ChunkRunner final : public cohort::detail::ChunkFrame {
 public:
  // Throws Error when the arguments are not a chunk's, or the arena is full.
  ChunkRunner(Slot& slot, std::uint64_t state);

  // All items are finished: what the slot's meta has to say.
  std::uint64_t meta() noexcept;

  std::byte* values(std::size_t size) override;
  cohort::detail::Writer& record(std::uint64_t item) override;
  void close_record() override;
  void failed(std::uint64_t item) override;

 private:
  // Writes one record at the end of the stream; the block moves to a larger one when it is full.
  class Stream final : public cohort::detail::Writer {
   public:
    explicit Stream(ChunkRunner& chunk) : Writer(nullptr, nullptr), chunk_(chunk) {}
    void open(std::uint64_t at);
    // Where the next record begins.
    std::uint64_t close(std::uint32_t item, RecordKind kind);

   private:
    void grow(std::size_t need) override;
    void place(std::size_t written);
    ChunkRunner& chunk_;
    std::uint64_t start_ = 0;  // of the open record
  };

  void before_store() override;
  void read_arguments();
  void find_or_make_results();
  void reserve(std::uint64_t bytes);
  ResultBlock& results() noexcept { return *arena::at<ResultBlock>(block_.offset); }

  Slot& slot_;
  const std::uint64_t state_;
  arena::Block block_{};
  Stream stream_{*this};
  std::uint32_t open_item_ = 0;
};

}  // namespace cohort::pool
