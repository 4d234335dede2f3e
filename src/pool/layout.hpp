// src/pool/layout.hpp                              SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "arena/holder.hpp"
#include "pool/state.hpp"

namespace cohort::pool {

// What lies in shared memory. Offsets only, and nothing here is believed by the parent before it is checked.

inline constexpr std::uint64_t kMagic = 0x636f686f7274506fULL;
inline constexpr std::size_t kInlineBytes = 40;

// One task: arguments in, result out. 64 bytes, so that one cache line travels there and one back.
//
// payload of a task   inline: its bytes. In a block: words[kBlock] is the block.
// payload of a chunk  words[kBlock] arguments, words[kResult] results so far.
// A result too large for the payload lies in a block at words[kResult]; words[kSpare] names a block on its way there.
struct alignas(64) Slot {
  std::atomic<std::uint64_t> state;
  std::uint64_t token;  // of the function; after the end the next slot on the completion stack
  std::uint64_t meta;   // size << 16 | flags << 8 | Form: of the arguments, then of the result
  union {
    std::array<std::byte, kInlineBytes> bytes;
    std::array<std::uint64_t, kInlineBytes / 8> words;
  };
};
static_assert(sizeof(Slot) == 64);

enum Word : std::size_t { kBlock = 0, kResult = 1, kSpare = 2 };

enum class Form : std::uint8_t {
  inline_bytes = 1,  // arguments, or a value
  block = 2,         // the same, in a block
  chunk = 3,         // arguments of several items in a block; results in a ResultBlock
  error = 4,         // an encoded exception in the payload
  error_block = 5,   // the same, in a block
};

inline constexpr std::uint64_t kTimed = 1U << 8;  // the worker notes when it begins

constexpr std::uint64_t make_meta(std::uint64_t size, Form form) noexcept {
  return size << 16 | static_cast<std::uint64_t>(form);
}
constexpr Form form_of(std::uint64_t meta) noexcept { return static_cast<Form>(meta & 0xff); }
constexpr std::uint64_t size_of(std::uint64_t meta) noexcept { return meta >> 16; }

// Who holds a result: the slot it belongs to, in this use of it.
constexpr arena::Holder result_holder(std::uint64_t slot_offset, std::uint64_t state) noexcept {
  return arena::container((slot_offset >> 6) << 26 | (std::uint64_t{sequence_of(state)} & 0x3ffffff));
}

// A worker's queue: a chain of segments of entries, written by the parent only and read by the worker, or by another
// that is about to sleep. An entry is the offset of a slot, or of the next segment with kLink set, or 0: not written yet.
// An entry says where to look; who runs the task is decided by the swap of the slot's state alone.
inline constexpr std::uint64_t kLink = 1;

struct Segment {
  std::uint64_t magic;
  std::uint64_t capacity;
  std::array<std::uint64_t, 6> unused;

  std::atomic<std::uint64_t>* entries() noexcept { return reinterpret_cast<std::atomic<std::uint64_t>*>(this + 1); }
};
static_assert(sizeof(Segment) == 64);

// Where the reader of a lane stands: segment offset / 64 and index in one word, so that a kill cannot part them.
struct Position {
  std::uint64_t segment;
  std::uint32_t index;

  std::uint64_t packed() const noexcept { return (segment >> 6) << 24 | index; }
  static Position from(std::uint64_t word) noexcept {
    return {(word >> 24) << 6, static_cast<std::uint32_t>(word & 0xffffff)};
  }
};

struct alignas(64) Lane {
  // Written by the worker of the lane.
  std::atomic<std::uint64_t> head;     // Position; the next worker of the lane goes on there
  std::atomic<std::uint64_t> current;  // offset of the slot it is about to claim, claimed, or had last
  std::atomic<std::uint64_t> started;  // steady nanoseconds at the start of `current`; 0 between tasks. Timed tasks only
  std::atomic<std::uint32_t> ready;    // its start-up (initializer included) is over
  std::atomic<std::uint64_t> taken;    // entries it has left behind, claimed or not; only the pace is judged by it
  // Written by whoever wakes the worker and by itself.
  alignas(64) std::atomic<std::uint32_t> bell;
  std::atomic<std::uint32_t> asleep;
  std::uint64_t magic;
};
static_assert(sizeof(Lane) == 128);

// The head of a pool. Lanes follow it.
struct alignas(64) Shared {
  std::uint64_t magic;
  std::uint32_t lanes;
  std::atomic<std::uint32_t> stop;                  // 1: workers end when they find nothing
  std::atomic<std::uint64_t> initializer_error;     // block with an encoded exception; first one wins
  std::uint64_t initializer_holder;                 // who holds that block (a container of the parent's)
  std::atomic<std::uint32_t> small_tasks;           // 1: a backlog of them is no reason to stay awake (see Pace)
  alignas(64) std::atomic<std::uint64_t> sleepers;  // bit n: a lane n modulo 64 is asleep. A hint that saves looking
  alignas(64) std::atomic<std::uint64_t> completed; // stack of slots done with `notify` set, linked by token
  std::atomic<std::uint32_t> completion_bell;
  std::atomic<std::uint32_t> completion_asleep;

  Lane* lane(std::uint32_t number) noexcept { return reinterpret_cast<Lane*>(this + 1) + number; }
};

// The arguments of a chunk: this header, the callable's bytes, then the items at `items` (plain ones as an array).
struct ChunkHeader {
  std::uint64_t count;
  std::uint64_t callable;  // bytes
  std::uint64_t items;     // offset from the header
  std::uint64_t bytes;     // all of it
  std::uint64_t skip;      // begin no item before this one: it was lost. Written by the parent between two attempts
};

// The results of a chunk: this header, for plain results an array of `count` values, then a stream of records
// {index, kind, size, bytes}: every result of another type, and every error.
//
// progress = items finished << 40 | end of the stream. One word, so that a kill leaves an item finished or not begun.
struct ResultBlock {
  std::atomic<std::uint64_t> progress;
  std::uint64_t began, ended;  // steady nanoseconds; a hint for the size of the next chunk
  std::array<std::uint64_t, 5> unused;
};
static_assert(sizeof(ResultBlock) == 64);

// Before each record of the stream.
struct RecordHeader {
  std::uint32_t item;
  std::uint32_t kind;  // RecordKind
  std::uint64_t size;  // of the bytes that follow; the next record begins at a multiple of 8
};
enum class RecordKind : std::uint32_t { value = 1, error = 2 };

constexpr std::uint64_t make_progress(std::uint64_t items, std::uint64_t end) noexcept { return items << 40 | end; }
constexpr std::uint64_t items_of(std::uint64_t progress) noexcept { return progress >> 40; }
constexpr std::uint64_t end_of(std::uint64_t progress) noexcept { return progress & ((std::uint64_t{1} << 40) - 1); }

}  // namespace cohort::pool
