// src/pool/slab.cpp                                SPDX-License-Identifier: MIT
#include "pool/slab.hpp"

#include <cstring>
#include <new>

#include <cohort/errors.hpp>

#include "arena/arena.hpp"
#include "arena/records.hpp"

namespace cohort::pool {

Slab::~Slab() {
  for (auto& page : pages_) {
    Page* const chunks = page.load(std::memory_order_relaxed);
    if (chunks == nullptr) break;
    for (auto& chunk : chunks->chunks) delete chunk.load(std::memory_order_relaxed);
    delete chunks;
  }
}

std::uint32_t Slab::take() {
  if (free_.empty()) grow();
  const std::uint32_t index = free_.back();
  free_.pop_back();
  return index;
}

void Slab::grow() {
  const std::uint32_t number = size() / kChunk;
  if (number / kPage >= pages_.size()) throw Error("cohort: a pool cannot hold more than 536,870,912 tasks at a time");
  free_.reserve(std::size_t{size()} + kChunk);

  auto& page = pages_[number / kPage];
  if (page.load(std::memory_order_relaxed) == nullptr) page.store(new Page, std::memory_order_release);

  auto chunk = std::make_unique<Chunk>();
  chunk->offset = arena::allocate(kChunk * sizeof(Slot)).offset;
  chunk->slots = arena::at<Slot>(chunk->offset);
  std::memset(static_cast<void*>(chunk->slots), 0, kChunk * sizeof(Slot));

  page.load(std::memory_order_relaxed)->chunks[number % kPage].store(chunk.release(), std::memory_order_release);
  for (std::uint32_t i = kChunk; i-- > 0;) free_.push_back(size() + i);
  size_.store(size() + kChunk, std::memory_order_release);
}

void Slab::release() noexcept {
  const arena::Holder self = arena::self().holder();
  for (std::uint32_t first = 0; first < size(); first += kChunk) arena::release(chunk(first).offset, self);
  size_.store(0, std::memory_order_release);
}

std::uint32_t Slab::find(std::uint64_t offset) const noexcept {
  if (offset % sizeof(Slot) != 0) return kNone;
  const std::uint32_t chunks = size() / kChunk;
  for (std::uint32_t number = 0; number < chunks; ++number) {
    const auto* chunk = pages_[number / kPage].load(std::memory_order_acquire)->chunks[number % kPage].load(std::memory_order_acquire);
    if (offset >= chunk->offset && offset < chunk->offset + kChunk * sizeof(Slot))
      return number * kChunk + static_cast<std::uint32_t>((offset - chunk->offset) / sizeof(Slot));
  }
  return kNone;
}

}  // namespace cohort::pool
