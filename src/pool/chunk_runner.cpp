// src/pool/chunk_runner.cpp                        SPDX-License-Identifier: MIT
#include "pool/chunk_runner.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>

#include <cohort/errors.hpp>

#include "arena/records.hpp"
#include "arena/step.hpp"
#include "pool/error_record.hpp"
#include "pool/result_writer.hpp"

namespace cohort::pool {

namespace {

std::uint64_t steady_nanoseconds() noexcept {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

}  // namespace

ChunkRunner::ChunkRunner(Slot& slot, std::uint64_t state) : slot_(slot), state_(state) {
  read_arguments();
  find_or_make_results();
}

void ChunkRunner::read_arguments() {
  const auto block = arena::block_at(slot_.words[kBlock]);
  if (!block) throw Error("cohort: the arguments of a chunk are damaged");
  const ChunkHeader header = *arena::at<ChunkHeader>(block->offset);
  if (header.bytes > block->size || header.items > header.bytes || sizeof(ChunkHeader) + header.callable > header.items)
    throw Error("cohort: the arguments of a chunk are damaged");
  const auto* begin = arena::at<std::byte>(block->offset);
  count_ = header.count;
  first_ = header.skip;
  callable_ = begin + sizeof(ChunkHeader);
  items_ = begin + header.items;
  end_ = begin + header.bytes;
}

void ChunkRunner::find_or_make_results() {
  const std::uint64_t said = slot_.words[kResult];
  const auto holder = result_holder(arena::offset_of(&slot_), state_);
  if (said != 0 && arena::holder_of(said) == holder) {
    if (const auto block = arena::block_at(said)) block_ = *block;
    const std::uint64_t progress = results().progress.load(std::memory_order_acquire);
    first_ = std::max(first_, items_of(progress));
    stream_end_ = std::clamp<std::uint64_t>(end_of(progress), sizeof(ResultBlock), block_.size);
  } else {
    stream_end_ = sizeof(ResultBlock);
    reserve(sizeof(ResultBlock) + 192);
  }
  progress_ = &results().progress;
}

// A larger block takes the place of the present one: filled first, the slot's next, only then named.
void ChunkRunner::reserve(std::uint64_t bytes) {
  if (block_ && bytes <= block_.size) return;
  const arena::Block larger = arena::allocate(std::max(bytes, block_ ? 2 * block_.size : 0));
  if (block_) {
    std::memcpy(arena::at<std::byte>(larger.offset), arena::at<std::byte>(block_.offset), block_.size);
  } else {
    auto* fresh = new (arena::at<ResultBlock>(larger.offset)) ResultBlock{};
    fresh->progress.store(make_progress(0, stream_end_), std::memory_order_relaxed);
    fresh->began = steady_nanoseconds();
  }
  const arena::Block before = block_;
  give_to_slot(slot_, state_, larger);
  block_ = larger;
  progress_ = &results().progress;
  if (before) arena::release(before.offset, result_holder(arena::offset_of(&slot_), state_));
}

std::uint64_t ChunkRunner::meta() noexcept {
  if (items_of(progress_->load(std::memory_order_relaxed)) < count_ && count_ > 0) finished(count_ - 1);  // the last one was lost
  results().ended = steady_nanoseconds();
  return make_meta(stream_end_, Form::chunk);
}

// The array stands before the stream, so the stream begins behind it; a later worker finds it there.
std::byte* ChunkRunner::values(std::size_t size) {
  const std::uint64_t end = sizeof(ResultBlock) + (count_ * size + 7) / 8 * 8;
  if (stream_end_ < end) {
    reserve(end + 64);
    stream_end_ = end;
    arena::publish(*progress_, make_progress(0, end));
  }
  return arena::at<std::byte>(block_.offset) + sizeof(ResultBlock);
}

cohort::detail::Writer& ChunkRunner::record(std::uint64_t item) {
  open_item_ = static_cast<std::uint32_t>(item);
  stream_.open(stream_end_);
  return stream_;
}

void ChunkRunner::close_record() {
  stream_end_ = stream_.close(open_item_, RecordKind::value);
}

void ChunkRunner::failed(std::uint64_t item) {
  const auto error = std::current_exception();
  try {
    encode_error(record(item), lane_of(state_), error);
  } catch (...) {
    record(item);  // no room for the error itself: an empty record says so
  }
  stream_end_ = stream_.close(open_item_, RecordKind::error);
}

void ChunkRunner::before_store() { arena::step(); }

void ChunkRunner::Stream::open(std::uint64_t at) {
  start_ = at;
  chunk_.reserve(at + sizeof(RecordHeader) + 32);
  place(0);
}

void ChunkRunner::Stream::place(std::size_t written) {
  std::byte* const block = arena::at<std::byte>(chunk_.block_.offset);
  begin_ = block + start_ + sizeof(RecordHeader);
  cur_ = begin_ + written;
  end_ = block + chunk_.block_.size - 8;  // so that rounding up stays inside
}

std::uint64_t ChunkRunner::Stream::close(std::uint32_t item, RecordKind kind) {
  const RecordHeader header{.item = item, .kind = static_cast<std::uint32_t>(kind), .size = size()};
  std::memcpy(begin_ - sizeof header, &header, sizeof header);
  return (start_ + sizeof header + size() + 7) / 8 * 8;
}

// reserve() copies the block as a whole, the open record included.
void ChunkRunner::Stream::grow(std::size_t need) {
  const std::size_t written = size();
  chunk_.reserve(start_ + sizeof(RecordHeader) + written + need + 8);
  place(written);
}

}  // namespace cohort::pool
