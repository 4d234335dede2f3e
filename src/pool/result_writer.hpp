// src/pool/result_writer.hpp                       SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/writer.hpp>

#include "arena/arena.hpp"
#include "arena/records.hpp"
#include "pool/layout.hpp"

namespace cohort::pool {

// Where a task's result goes: into the slot while it fits, else into a block. The block belongs to this process until
// hand_over(), so it is swept with it.
class ResultWriter final : public cohort::detail::Writer {
 public:
  explicit ResultWriter(Slot& slot) : Writer(slot.bytes.data(), slot.bytes.data() + kInlineBytes), slot_(slot) {}
  ~ResultWriter() { drop(); }

  // Makes the block, if there is one, the slot's. The result is complete afterwards but for its state.
  void hand_over(std::uint64_t state, bool error) noexcept;
  void drop() noexcept;

 private:
  void grow(std::size_t need) override;

  Slot& slot_;
  arena::Block block_{};
};

// Gives a block to the slot in a way that a kill between any two steps leaves it to exactly one sweep: the word kSpare
// names it before it changes hands, kResult afterwards. False: somebody else held the block.
bool give_to_slot(Slot& slot, std::uint64_t state, arena::Block block) noexcept;

}  // namespace cohort::pool
