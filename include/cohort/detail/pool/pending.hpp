// include/cohort/detail/pool/pending.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/core/deadline.hpp>
#include <cohort/detail/core/export.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <span>
#include <utility>

namespace cohort::pool {
class Engine;
}

namespace cohort::detail {

// Names one submitted task of a pool and keeps its result. Copies name the same task.
//
// Concurrency: different copies from different threads at the same time; one copy as any value.
class COHORT_API Pending {
 public:
  Pending() noexcept = default;
  // Takes over a handle that the engine has counted already.
  Pending(pool::Engine& engine, std::uint32_t index) noexcept : engine_(&engine), index_(index) {}
  Pending(const Pending& other) noexcept : engine_(other.engine_), index_(other.index_) {
    if (engine_ != nullptr) add();
  }
  Pending(Pending&& other) noexcept : engine_(std::exchange(other.engine_, nullptr)), index_(other.index_) {}
  Pending& operator=(Pending other) noexcept {
    std::swap(engine_, other.engine_);
    std::swap(index_, other.index_);
    return *this;
  }
  ~Pending() {
    if (engine_ != nullptr) drop();
  }

  explicit operator bool() const noexcept { return engine_ != nullptr; }
  [[nodiscard]] pool::Engine& engine() const noexcept { return *engine_; }
  [[nodiscard]] std::uint32_t index() const noexcept { return index_; }

  // Ended, and the callbacks attached so far have returned.
  [[nodiscard]] bool ready() const;
  bool wait(Deadline deadline) const;
  // Waits and gives the encoded value, in shared memory. Throws the task's error; TimeoutError when the time has come.
  [[nodiscard]] std::span<const std::byte> await_value(Deadline deadline) const;
  // Once ended. Null: there is a value.
  [[nodiscard]] std::exception_ptr error() const;
  // The encoded value, in shared memory. Throws DecodeError if there is none.
  [[nodiscard]] std::span<const std::byte> value() const;
  // Runs on the pool's callback thread when the task has ended. What it throws is the result from then on.
  void attach(std::function<void()> callback) const;

 private:
  pool::Engine& named() const;
  void add() const noexcept;
  void drop() const noexcept;

  pool::Engine* engine_ = nullptr;
  std::uint32_t index_ = 0;
};

}  // namespace cohort::detail
