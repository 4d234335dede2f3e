// src/pool/slab.hpp                                SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "pool/layout.hpp"

namespace cohort::pool {

struct Extra;

// What the parent alone knows of a slot.
struct Note {
  std::atomic<std::uint32_t> handles{0};  // results that name the slot; 0: it is free as soon as its task has ended
  std::uint32_t sequence = 0;             // of this use
  std::uint32_t lane = 0;                 // where it was queued
  std::atomic<bool> in_use{false};
  std::uint64_t number = 0;               // of the submission, or of the first item in the map
  std::atomic<Extra*> extra{nullptr};     // only for what not every task has; set once in a use
};

// The slots of a pool: cells in blocks that only the parent allocates, hands out and takes back, so a kept
// result stands in nobody's way. An index names a slot; addresses come from private tables alone.
//
// Not safe by itself: take() and give() are called under the engine's mutex; the look-ups may be called at any time.
class Slab {
 public:
  Slab() = default;
  Slab(const Slab&) = delete;
  Slab& operator=(const Slab&) = delete;
  ~Slab();

  // A free slot. Throws Error when the arena is full.
  std::uint32_t take();
  void give(std::uint32_t index) { free_.push_back(index); }

  Slot& slot(std::uint32_t index) noexcept { return chunk(index).slots[index % kChunk]; }
  Note& note(std::uint32_t index) noexcept { return chunk(index).notes[index % kChunk]; }

  // The slot at that place in the arena; kNone unless one starts exactly there.
  std::uint32_t find(std::uint64_t offset) const noexcept;

  // Slots that were ever handed out: every index below has an address.
  std::uint32_t size() const noexcept { return size_.load(std::memory_order_acquire); }
  std::size_t free_count() const noexcept { return free_.size(); }

  // Gives the blocks back to the arena; nothing may be used afterwards.
  void release() noexcept;

  static constexpr std::uint32_t kNone = 0xffffffff;

 private:
  static constexpr std::uint32_t kChunk = 1024;  // slots in a block: 64 KiB
  static constexpr std::uint32_t kPage = 1024;   // chunks in a page of the table

  struct Chunk {
    Slot* slots = nullptr;
    std::uint64_t offset = 0;
    std::array<Note, kChunk> notes;
  };
  struct Page {
    std::array<std::atomic<Chunk*>, kPage> chunks{};
  };

  Chunk& chunk(std::uint32_t index) noexcept {
    const std::uint32_t number = index / kChunk;
    return *pages_[number / kPage].load(std::memory_order_acquire)->chunks[number % kPage].load(std::memory_order_acquire);
  }
  void grow();

  std::array<std::atomic<Page*>, 512> pages_{};
  std::atomic<std::uint32_t> size_{0};
  std::vector<std::uint32_t> free_;
};

}  // namespace cohort::pool
