// src/arena/descendants.cpp                      SPDX-License-Identifier: MIT
#include <algorithm>

#include "arena/arena.hpp"
#include "arena/processes.hpp"

namespace cohort::arena {
namespace {

// Who a record says is the parent, if the record stood still while we looked.
struct Kin {
  ProcessRef process;
  ProcessRef parent;
};

bool read(std::uint32_t index, Kin& kin) noexcept {
  const ProcessRecord& record = process_record(index);
  const State before = state_of(record.state);
  const Holder parent{record.parent.load(std::memory_order_acquire)};
  const State after = state_of(record.state);
  if (before.kind == Kind::free || before.word() != after.word()) return false;
  kin = {{index, before.generation}, process_of(parent)};
  // The parent of one that was claimed this moment is not written yet.
  const bool unborn = before.kind == Kind::born || before.kind == Kind::expected;
  return kin.parent && !(unborn && before.owner != kin.parent.index);
}

}  // namespace

std::vector<ProcessRef> descendants(ProcessRef process) {
  std::vector<ProcessRef> family{process};
  if (!is_open()) return {};
  const std::uint64_t count = segment().processes.refresh();
  for (std::size_t i = 0; i < family.size(); ++i)
    for (std::uint32_t index = 0; index < count; ++index)
      if (Kin kin; read(index, kin) && kin.parent == family[i] && std::ranges::find(family, kin.process) == family.end())
        family.push_back(kin.process);
  family.erase(family.begin());
  return family;
}

}  // namespace cohort::arena
