// src/pool/rim.cpp                                 SPDX-License-Identifier: MIT
//
// The compiled side of cohort/detail/pool/: what templates call.
#include <cohort/async_result.hpp>
#include <cohort/detail/pool/job.hpp>
#include <cohort/detail/pool/pending.hpp>
#include <cohort/detail/pool/submission.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

#include "arena/arena.hpp"
#include "arena/records.hpp"
#include "pool/engine.hpp"

namespace cohort::detail {

using pool::Extra;
using pool::Form;
using pool::kBlock;
using pool::make_meta;

// ---------------------------------------------------------------- Pending

void Pending::add() const noexcept { engine_->add_handle(index_); }
void Pending::drop() const noexcept { engine_->drop_handle(index_); }
bool Pending::ready() const { return named().ready(index_); }
bool Pending::wait(Deadline deadline) const { return named().wait(index_, deadline.at()); }

pool::Engine& Pending::named() const {
  if (engine_ == nullptr) throw UsageError("cohort: this result names no task: it was made without one, or moved away");
  return *engine_;
}
std::span<const std::byte> Pending::await_value(Deadline deadline) const { return named().await_value(index_, deadline.at()); }
std::exception_ptr Pending::error() const { return engine_->error(index_); }
std::span<const std::byte> Pending::value() const { return engine_->value(index_); }
void Pending::attach(std::function<void()> callback) const { named().attach(index_, std::move(callback)); }

void throw_not_ready() { throw UsageError("cohort: the result is not ready: wait() first, or ask ready()"); }
void throw_get_timeout() { throw TimeoutError("cohort: the result was not ready in time; its task was not stopped"); }

// ---------------------------------------------------------------- Submission

Submission::Submission(pool::Engine& engine, const ItemLimits& limits)
    : Writer(nullptr, nullptr), engine_(&engine), index_(engine.take_slot()), timed_(limits.timeout.count() != 0) {
  auto& slot = engine.slot(index_);
  begin_ = cur_ = slot.bytes.data();
  end_ = begin_ + pool::kInlineBytes;
  if (!timed_ && limits.retries == 0) return;
  try {
    Extra& extra = engine.extra(index_);
    extra.timeout = limits.timeout;
    extra.retries = limits.retries;
    if (limits.retries != 0) grow(1);  // the result must not overwrite what another attempt needs
  } catch (...) {
    engine.abandon(index_);
    throw;
  }
}

Submission::~Submission() {
  if (engine_ != nullptr) engine_->abandon(index_);
}

void Submission::grow(std::size_t need) {
  Extra& extra = engine_->extra(index_);
  const std::size_t written = size();
  const arena::Block block = arena::allocate(std::max(written + need, 2 * static_cast<std::size_t>(end_ - begin_)));
  auto* const to = arena::at<std::byte>(block.offset);
  std::memcpy(to, begin_, written);
  if (const auto before = std::exchange(extra.arguments, block.offset); before != 0) arena::release(before, arena::self().holder());
  begin_ = to;
  cur_ = to + written;
  end_ = to + block.size;
}

Pending Submission::publish(std::uint64_t token) {
  auto& slot = engine_->slot(index_);
  const Extra* const extra = engine_->note(index_).extra.load(std::memory_order_relaxed);
  Form form = Form::inline_bytes;
  if (extra != nullptr && extra->arguments != 0) {
    slot.words[kBlock] = extra->arguments;
    form = Form::block;
  }
  engine_->publish(index_, token, make_meta(size(), form) | (timed_ ? pool::kTimed : 0));
  return {*std::exchange(engine_, nullptr), index_};
}

// ---------------------------------------------------------------- ChunkSubmission

ChunkSubmission::ChunkSubmission(pool::Engine& engine, const ItemLimits& limits, std::uint64_t first, std::size_t expected)
    : Writer(nullptr, nullptr), engine_(&engine), index_(engine.take_slot()), timed_(limits.timeout.count() != 0) {
  try {
    Extra& extra = engine.extra(index_);
    extra.timeout = limits.timeout;
    extra.retries = limits.retries;
    engine.note(index_).number = first;
    claim(sizeof(pool::ChunkHeader));
    if (expected != 0) {
      claim(expected + 64);
      rewind(sizeof(pool::ChunkHeader));
    }
  } catch (...) {
    engine.abandon(index_);
    throw;
  }
}

ChunkSubmission::~ChunkSubmission() {
  if (engine_ != nullptr) engine_->abandon(index_);
}

void ChunkSubmission::grow(std::size_t need) {
  Extra& extra = engine_->extra(index_);
  const std::size_t written = size();
  const arena::Block block = arena::allocate(std::max(written + need, 2 * static_cast<std::size_t>(end_ - begin_)));
  auto* const to = arena::at<std::byte>(block.offset);
  if (written != 0) std::memcpy(to, begin_, written);
  if (const auto before = std::exchange(extra.arguments, block.offset); before != 0) arena::release(before, arena::self().holder());
  begin_ = to;
  cur_ = to + written;
  end_ = to + block.size;
}

// Blocks are aligned to 64 bytes, so an array of any plain type stands right at a multiple of 64.
void ChunkSubmission::begin_items() {
  callable_ = size() - sizeof(pool::ChunkHeader);
  align(64);
  items_ = size();
}

// An item begins at a multiple of 16, as a message of its own would.
void ChunkSubmission::begin_item() {
  std::memset(claim(kItemHeader), 0, kItemHeader);
  item_ = size();
}

void ChunkSubmission::end_item() {
  const std::uint64_t length = size() - item_;
  std::memcpy(begin_ + item_ - kItemHeader, &length, sizeof length);
  align(kItemHeader);
}

Pending ChunkSubmission::publish(std::uint64_t token, std::uint64_t count) {
  const pool::ChunkHeader header{.count = count, .callable = callable_, .items = items_, .bytes = size(), .skip = 0};
  std::memcpy(begin_, &header, sizeof header);
  Extra& extra = engine_->extra(index_);
  extra.count = count;
  extra.is_chunk = true;
  auto& slot = engine_->slot(index_);
  slot.words = {};
  slot.words[kBlock] = extra.arguments;
  engine_->publish(index_, token, make_meta(size(), Form::chunk) | (timed_ ? pool::kTimed : 0));
  return {*std::exchange(engine_, nullptr), index_};
}

// ---------------------------------------------------------------- Job

bool JobBase::ready() const {
  return std::ranges::all_of(parts_, [](const Part& part) { return part.pending.ready(); });
}

bool JobBase::wait(Deadline deadline) const {
  return std::ranges::all_of(parts_, [deadline](const Part& part) { return part.pending.wait(deadline); });
}

std::exception_ptr JobBase::error() const {
  const std::lock_guard guard(mutex_);
  return error_;
}

void JobBase::set_error(std::exception_ptr error) {
  const std::lock_guard guard(mutex_);
  error_ = std::move(error);
}

void attach(const std::shared_ptr<JobBase>& job, std::function<void()> callback) {
  struct Countdown {
    std::atomic<std::size_t> left;
    std::function<void()> callback;
    Countdown(std::size_t parts, std::function<void()> last) : left(parts), callback(std::move(last)) {}
  };
  auto countdown = std::make_shared<Countdown>(job->parts().size(), std::move(callback));
  for (const auto& part : job->parts())
    part.pending.attach([job, countdown] {
      if (countdown->left.fetch_sub(1) != 1) return;
      try {
        countdown->callback();
      } catch (...) {
        job->set_error(std::current_exception());
      }
    });
}

}  // namespace cohort::detail
