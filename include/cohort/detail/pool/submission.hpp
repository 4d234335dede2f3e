// include/cohort/detail/pool/submission.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/writer.hpp>
#include <cohort/detail/core/export.hpp>
#include <cohort/detail/pool/frames.hpp>
#include <cohort/detail/pool/pending.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace cohort::detail {

// What a pool does with an item that takes too long or loses its worker.
struct ItemLimits {
  std::chrono::nanoseconds timeout{0};  // 0: none
  int retries = 0;
};

// A task on its way into a pool: a slot is taken, callable and arguments are written into it (into a block when they are
// large or may be needed again), publish() lets it run. Destroyed before that, everything goes back.
class COHORT_API Submission final : public Writer {
 public:
  // Throws UsageError when the pool takes no tasks, Error when it is broken or memory is out.
  Submission(pool::Engine& engine, const ItemLimits& limits);
  ~Submission();

  [[nodiscard]] Pending publish(std::uint64_t token);

 private:
  void grow(std::size_t need) override;

  pool::Engine* engine_;
  std::uint32_t index_;
  bool timed_;
};

// The same for several items of a map. In this order: the callable, begin_items(), the items, publish().
class COHORT_API ChunkSubmission final : public Writer {
 public:
  // `first` is the index of the first item in the map, `expected` a guess of the bytes.
  ChunkSubmission(pool::Engine& engine, const ItemLimits& limits, std::uint64_t first, std::size_t expected);
  ~ChunkSubmission();

  void begin_items();
  // Around an item that is no plain value: its length goes before it, so that it can be passed over unread.
  void begin_item();
  void end_item();
  [[nodiscard]] Pending publish(std::uint64_t token, std::uint64_t count);

 private:
  void grow(std::size_t need) override;

  pool::Engine* engine_;
  std::uint32_t index_;
  std::size_t callable_ = 0;
  std::size_t items_ = 0;
  std::size_t item_ = 0;  // where the open one begins
  bool timed_;
};

}  // namespace cohort::detail
