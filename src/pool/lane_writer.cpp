// src/pool/lane_writer.cpp                         SPDX-License-Identifier: MIT
#include "pool/lane_writer.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "arena/arena.hpp"
#include "arena/records.hpp"
#include "arena/step.hpp"

namespace cohort::pool {

namespace {

constexpr std::size_t kFirstBytes = 1024;   // small, because a pool that does little should cost little
constexpr std::size_t kMostBytes = 32768;

}  // namespace

LaneWriter::LaneWriter(Lane& lane) : lane_(&lane) {
  chain_.push_back(empty_piece());
  entries_ = arena::at<Segment>(chain_.back().offset)->entries();
  capacity_ = chain_.back().capacity;
  lane_->head.store(Position{chain_.back().offset, 0}.packed(), std::memory_order_release);
}

void LaneWriter::publish_entry(std::uint64_t entry) noexcept {
  arena::publish(entries_[next_++], entry);
  last_ = entry;
}

// The link is written last: until then the worker finds the end of its segment empty.
void LaneWriter::chain() {
  take_back();
  chain_.push_back(empty_piece());
  const Piece& piece = chain_.back();
  arena::publish(entries_[next_], piece.offset | kLink);
  entries_ = arena::at<Segment>(piece.offset)->entries();
  capacity_ = piece.capacity;
  next_ = 0;
}

LaneWriter::Piece LaneWriter::empty_piece() {
  const std::size_t bytes = chain_.empty() ? kFirstBytes : kMostBytes;
  Piece piece{};
  if (!spare_.empty()) {
    piece = spare_.back();
    spare_.pop_back();
  } else {
    const arena::Block block = arena::allocate(bytes);
    piece = {block.offset, static_cast<std::uint32_t>((bytes - sizeof(Segment)) / sizeof(std::uint64_t))};
  }
  auto* segment = new (arena::at<Segment>(piece.offset)) Segment{kMagic, piece.capacity, {}};
  std::memset(static_cast<void*>(segment->entries()), 0, piece.capacity * sizeof(std::uint64_t));
  return piece;
}

// The worker's position is only believed if it names a segment of this chain.
void LaneWriter::take_back() noexcept {
  const std::uint64_t at = Position::from(lane_->head.load(std::memory_order_acquire)).segment;
  const auto stands = std::find_if(chain_.begin(), chain_.end(), [at](const Piece& piece) { return piece.offset == at; });
  if (stands == chain_.end()) return;
  for (; chain_.front().offset != at; chain_.pop_front()) spare_.push_back(chain_.front());
}

bool LaneWriter::intact() const noexcept {
  return lane_->magic == kMagic &&
         std::all_of(chain_.begin(), chain_.end(), [](const Piece& piece) { return arena::at<Segment>(piece.offset)->magic == kMagic; });
}

void LaneWriter::release() noexcept {
  const arena::Holder self = arena::self().holder();
  for (const Piece& piece : chain_) arena::release(piece.offset, self);
  for (const Piece& piece : spare_) arena::release(piece.offset, self);
  chain_.clear();
  spare_.clear();
}

}  // namespace cohort::pool
