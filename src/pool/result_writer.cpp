// src/pool/result_writer.cpp                       SPDX-License-Identifier: MIT
#include "pool/result_writer.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <utility>

#include "arena/step.hpp"

namespace cohort::pool {

namespace {

void name(Slot& slot, Word word, std::uint64_t offset) noexcept {
  arena::step();
  std::atomic_ref(slot.words[word]).store(offset, std::memory_order_release);
}

}  // namespace

bool give_to_slot(Slot& slot, std::uint64_t state, arena::Block block) noexcept {
  name(slot, kSpare, block.offset);
  if (!arena::hand_over(block.offset, arena::self().holder(), result_holder(arena::offset_of(&slot), state))) return false;
  name(slot, kResult, block.offset);
  return true;
}

void ResultWriter::grow(std::size_t need) {
  const std::size_t wanted = std::max(size() + need, 2 * static_cast<std::size_t>(end_ - begin_));
  const arena::Block fresh = arena::allocate(wanted);
  auto* const to = arena::at<std::byte>(fresh.offset);
  const std::size_t written = size();
  std::memcpy(to, begin_, written);
  drop();
  block_ = fresh;
  begin_ = to;
  cur_ = to + written;
  end_ = to + fresh.size;
}

void ResultWriter::hand_over(std::uint64_t state, bool error) noexcept {
  Form form = error ? Form::error : Form::inline_bytes;
  if (block_) {
    form = error ? Form::error_block : Form::block;
    give_to_slot(slot_, state, std::exchange(block_, {}));
  }
  slot_.meta = make_meta(size(), form);
}

void ResultWriter::drop() noexcept {
  if (block_) arena::release(std::exchange(block_, {}).offset, arena::self().holder());
}

}  // namespace cohort::pool
