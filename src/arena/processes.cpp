// src/arena/processes.cpp                      SPDX-License-Identifier: MIT
#include "arena/processes.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <initializer_list>

#include "arena/identity.hpp"
#include "arena/step.hpp"

namespace cohort::arena {
namespace {

constinit std::atomic<std::uint32_t> cursor{0};

// Swaps the state of exactly this incarnation, from whatever of `kinds` it is in.
bool move_on(ProcessRef process, std::initializer_list<Kind> kinds, Kind to, std::uint32_t owner) noexcept {
  auto& word = process_record(process.index).state;
  for (int tries = 0; tries < 8; ++tries) {  // each try is somebody else's success
    const State now = state_of(word);
    if (now.generation != process.generation || std::find(kinds.begin(), kinds.end(), now.kind) == kinds.end()) return false;
    const State next{to, now.generation, owner == kNobody ? now.owner : owner};
    if (swap(word, now.word(), next.word())) return true;
  }
  return false;
}

ProcessRef claim_free(std::uint32_t claimer_index) noexcept {
  const std::uint64_t count = segment().processes.refresh();
  const std::uint32_t start = cursor.load(std::memory_order_relaxed);
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto index = static_cast<std::uint32_t>((start + i) % count);
    auto& word = process_record(index).state;
    const State now = state_of(word);
    if (now.kind != Kind::free || now.generation >= kLastGeneration) continue;
    if (!swap(word, now.word(), State{Kind::born, now.generation + 1, claimer_index}.word())) continue;
    cursor.store(index + 1, std::memory_order_relaxed);
    return {index, now.generation + 1};
  }
  return {};
}

}  // namespace

std::uint64_t steady_now() noexcept {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1));
}

std::optional<State> state_of(ProcessRef process) noexcept {
  if (!is_open() || !process || !segment().processes.contains(process.index)) return {};
  const State now = state_of(process_record(process.index).state);
  if (now.generation != process.generation || now.kind == Kind::free) return {};
  return now;
}

ProcessRef claim_process(std::uint32_t claimer_index, ProcessRef parent, Failure& failure) noexcept {
  ProcessRef process = claim_free(claimer_index);
  for (int tries = 0; !process && tries < 8; ++tries) {
    failure = grow_records(segment().processes);
    if (failure != Failure::none) return {};
    process = claim_free(claimer_index);
  }
  failure = process ? Failure::none : Failure::full;
  if (!process) return {};
  ProcessRecord& record = process_record(process.index);
  publish(record.parent, parent ? parent.holder().word : 0);
  publish(record.born_at, steady_now());
  return process;
}

void expect_process(ProcessRef process) noexcept {
  if (!state_of(process)) return;
  publish(process_record(process.index).born_at, kExpected);
  move_on(process, {Kind::born}, Kind::expected, kNobody);
}

bool adopt_process(ProcessRef process) noexcept {
  return move_on(process, {Kind::born, Kind::expected}, Kind::live, static_cast<std::uint32_t>(getpid()));
}

bool condemn(ProcessRef process) noexcept {
  if (!state_of(process)) return false;
  if (move_on(process, {Kind::born, Kind::expected, Kind::live}, Kind::dead, kNobody)) return true;
  const auto now = state_of(process);
  return now && now->kind == Kind::dead;
}

void free_process(ProcessRef process) noexcept { move_on(process, {Kind::dead}, Kind::free, 0); }

ProcessRef register_process() {
  Failure failure = Failure::none;
  const ProcessRef process = claim_process(kNobody, {}, failure);
  check(failure, sizeof(ProcessRecord));
  if (!adopt_process(process)) fail(Failure::damaged, 0);
  identity::set(process.holder());
  return process;
}

bool is_alive(ProcessRef process) noexcept {
  const auto now = state_of(process);
  return now && now->kind != Kind::dead;
}

pid_t pid_of(ProcessRef process) noexcept {
  const auto now = state_of(process);
  return now && now->kind == Kind::live ? static_cast<pid_t>(now->owner) : 0;
}

}  // namespace cohort::arena
