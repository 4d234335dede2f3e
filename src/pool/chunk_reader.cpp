// src/pool/chunk_reader.cpp                        SPDX-License-Identifier: MIT
#include <cohort/detail/pool/chunk_reader.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

#include <cohort/errors.hpp>

#include "pool/engine.hpp"
#include "pool/error_record.hpp"

namespace cohort::detail {

namespace {

std::size_t array_end(std::uint64_t count, std::size_t size) {
  return sizeof(pool::ResultBlock) + static_cast<std::size_t>((count * size + 7) / 8 * 8);
}

std::exception_ptr no_result() { return std::make_exception_ptr(DecodeError("cohort: what the worker left as a result is no result")); }

}  // namespace

ChunkReader::ChunkReader(const Pending& chunk, std::uint64_t count) : count_(count), error_(chunk.error()) {
  if (const auto* known = chunk.engine().note(chunk.index()).extra.load(std::memory_order_acquire))
    for (const auto& lost : known->lost) lost_.push_back({lost.index, lost.error});
  if (error_) return;
  try {
    bytes_ = chunk.value();
  } catch (...) {
    error_ = std::current_exception();
    return;
  }
  if (bytes_.size() < sizeof(pool::ResultBlock)) {
    error_ = no_result();
    return;
  }
  const auto* block = reinterpret_cast<const pool::ResultBlock*>(bytes_.data());
  took_ = std::chrono::nanoseconds(static_cast<std::int64_t>(block->ended - block->began));
}

const std::byte* ChunkReader::all_values(std::size_t size) const noexcept {
  if (error_ || !lost_.empty() || bytes_.size() != array_end(count_, size)) return nullptr;
  return bytes_.data() + sizeof(pool::ResultBlock);
}

std::optional<ChunkReader::Item> ChunkReader::failed(std::uint64_t item) {
  if (next_lost_ < lost_.size() && lost_[next_lost_].item == item) return Item{.error = lost_[next_lost_++].error};
  if (error_) return Item{.error = error_};
  return {};
}

ChunkReader::Item ChunkReader::plain(std::uint64_t item, std::size_t size) {
  const std::size_t begin = size == 0 ? sizeof(pool::ResultBlock) : array_end(count_, size);
  if (!error_ && !stream_read_) read_stream(begin, bytes_.size());
  if (auto error = failed(item)) return *std::move(error);
  if (const Record* record = record_of(item)) return {.error = record->error ? decode(record->bytes) : no_result()};
  if (bytes_.size() < begin) return {.error = no_result()};
  return {.bytes = bytes_.subspan(sizeof(pool::ResultBlock) + static_cast<std::size_t>(item) * size, size)};
}

ChunkReader::Item ChunkReader::record(std::uint64_t item) {
  if (!error_ && !stream_read_) read_stream(sizeof(pool::ResultBlock), bytes_.size());
  if (auto error = failed(item)) return *std::move(error);
  const Record* record = record_of(item);
  if (record == nullptr) return {.error = no_result()};
  if (record->error) return {.error = decode(record->bytes)};
  return {.bytes = record->bytes};
}

// Each header is copied before it is judged; the first that makes no sense ends the stream.
void ChunkReader::read_stream(std::size_t begin, std::size_t end) {
  stream_read_ = true;
  while (begin + sizeof(pool::RecordHeader) <= end) {
    pool::RecordHeader header{};
    std::memcpy(&header, bytes_.data() + begin, sizeof header);
    begin += sizeof header;
    if (header.size > end - begin || header.item >= count_) return;
    records_.push_back({header.item, header.kind == static_cast<std::uint32_t>(pool::RecordKind::error),
                        bytes_.subspan(begin, static_cast<std::size_t>(header.size))});
    begin += static_cast<std::size_t>(header.size + 7) / 8 * 8;
  }
}

const ChunkReader::Record* ChunkReader::record_of(std::uint64_t item) noexcept {
  while (next_record_ < records_.size() && records_[next_record_].item < item) ++next_record_;
  if (next_record_ == records_.size() || records_[next_record_].item != item) return nullptr;
  return &records_[next_record_];
}

std::exception_ptr ChunkReader::decode(std::span<const std::byte> bytes) {
  return pool::decode_error(bytes);
}

}  // namespace cohort::detail
