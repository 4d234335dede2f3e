// include/cohort/detail/pool/job.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/core/export.hpp>
#include <cohort/detail/pool/pending.hpp>

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace cohort::detail {

// Several chunks that make up one result: what map_async() gives. Its value is collected anew each time.
class COHORT_API JobBase {
 public:
  struct Part {
    Pending pending;
    std::uint64_t count;
  };

  explicit JobBase(std::vector<Part> parts) : parts_(std::move(parts)) {}
  JobBase(const JobBase&) = delete;
  JobBase& operator=(const JobBase&) = delete;
  virtual ~JobBase() = default;

  [[nodiscard]] bool ready() const;
  bool wait(Deadline deadline) const;
  // Once ended: what a callback threw; the errors of items are found when the value is collected.
  [[nodiscard]] std::exception_ptr error() const;
  void set_error(std::exception_ptr error);
  [[nodiscard]] const std::vector<Part>& parts() const noexcept { return parts_; }

 private:
  const std::vector<Part> parts_;
  mutable std::mutex mutex_;
  std::exception_ptr error_;
};

template <class R>
class Job : public JobBase {
 public:
  using JobBase::JobBase;
  // Throws the error of the lowest index.
  virtual R collect() const = 0;
};

// Runs `callback` on the pool's callback thread when the last part has ended.
COHORT_API void attach(const std::shared_ptr<JobBase>& job, std::function<void()> callback);

}  // namespace cohort::detail
