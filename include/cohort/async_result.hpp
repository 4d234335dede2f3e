// include/cohort/async_result.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/codec.hpp>
#include <cohort/detail/core/deadline.hpp>
#include <cohort/detail/pool/job.hpp>
#include <cohort/detail/pool/pending.hpp>
#include <cohort/errors.hpp>
#include <cohort/handle.hpp>
#include <cohort/outcome.hpp>
#include <cohort/timeout.hpp>

#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace cohort {

namespace detail {

[[noreturn]] COHORT_API void throw_not_ready();
[[noreturn]] COHORT_API void throw_get_timeout();

// What AsyncResult<R> and AsyncResult<void> share.
class COHORT_API ResultCore : public HandleTag {
 public:
  ResultCore() = default;
  explicit ResultCore(Pending pending) noexcept : pending_(std::move(pending)) {}
  explicit ResultCore(std::shared_ptr<JobBase> job) noexcept : job_(std::move(job)) {}

  // Waits until the task has ended and the callbacks attached so far have returned.
  void wait() const { wait_until(Deadline::never()); }
  // True: it has ended.
  bool wait(Timeout timeout) const { return wait_until(Deadline(timeout)); }
  // Ended, and the callbacks attached so far have returned. Never waits.
  [[nodiscard]] bool ready() const { return job_ ? job_->ready() : pending_.ready(); }

 protected:
  bool wait_until(Deadline deadline) const { return job_ ? job_->wait(deadline) : pending_.wait(deadline); }
  void await_job(Deadline deadline) const {
    if (!job_->wait(deadline)) throw_get_timeout();
    if (auto error = job_->error()) std::rethrow_exception(std::move(error));
  }
  void require_ready() const {
    if (!ready()) throw_not_ready();
  }
  void attach_callback(std::function<void()> callback) const {
    if (job_)
      attach(job_, std::move(callback));
    else
      pending_.attach(std::move(callback));
  }

  Pending pending_{};
  std::shared_ptr<JobBase> job_{};
};

// Calls f with the error as the std::exception it is; an error that is none arrives as RemoteError.
template <class F>
void call_with_error(F& f, const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& known) {
    f(known);
  } catch (...) {
    f(RemoteError("cohort: the task threw something that is no std::exception"));
  }
}

}  // namespace detail

// The result of a task that may still run. A handle: a copy names the same result, and the last one may outlive the pool.
//
//     auto square = pool.apply_async(f, 7).callback([](int y) { std::cout << y << '\n'; });
//     int y = square.get();
//
// Concurrency: any method, from any thread of the process that submitted the task.
// After fork:  belongs to the process that submitted; a child must not wait on it.
// The worker's death is an error like any other: get() throws WorkerLost.
template <class R>
class AsyncResult : public detail::ResultCore {
 public:
  using ResultCore::ResultCore;

  // The value, decoded anew each time; or throws what the task threw, WorkerLost, TaskTimeout, Cancelled. As often as
  // wanted. With a time-out: TimeoutError when it passes first; the task runs on.
  R get() const { return value(detail::Deadline::never()); }
  R get(Timeout timeout) const { return value(detail::Deadline(timeout)); }

  // Waits, never throws the task's error.
  Outcome<R> outcome() const {
    try {
      return get();
    } catch (...) {
      return std::current_exception();
    }
  }

  // Whether it ended without an error. Throws UsageError before it has ended.
  [[nodiscard]] bool successful() const {
    require_ready();
    return outcome().has_value();
  }

  // Has `f` called with the value, on the pool's callback thread, after which the result is ready. What f throws becomes
  // the result's error. Not called when there is an error. What f touches must outlive the pool: declare it before.
  template <std::invocable<R> F>
  AsyncResult callback(F f) const {
    attach_callback([self = *this, f = std::make_shared<F>(std::move(f))] { self.call_back(*f); });
    return *this;
  }
  // The same for errors.
  template <std::invocable<const std::exception&> F>
  AsyncResult error_callback(F f) const {
    attach_callback([self = *this, f = std::make_shared<F>(std::move(f))] { self.call_back_error(*f); });
    return *this;
  }

 private:
  R value(detail::Deadline deadline) const {
    if (job_) {
      await_job(deadline);
      return static_cast<const detail::Job<R>&>(*job_).collect();
    }
    detail::Reader in(pending_.await_value(deadline));
    return detail::decode<R>(in);
  }
  template <class F>
  void call_back(F& f) const {
    if (auto result = outcome()) f(*std::move(result));
  }
  template <class F>
  void call_back_error(F& f) const {
    if (const auto error = outcome().error()) detail::call_with_error(f, error);
  }
};

// Of a function that returns nothing.
template <>
class AsyncResult<void> : public detail::ResultCore {
 public:
  using ResultCore::ResultCore;

  void get() const { value(detail::Deadline::never()); }
  void get(Timeout timeout) const { value(detail::Deadline(timeout)); }
  Outcome<void> outcome() const {
    try {
      get();
      return {};
    } catch (...) {
      return std::current_exception();
    }
  }
  [[nodiscard]] bool successful() const {
    require_ready();
    return outcome().has_value();
  }
  template <std::invocable F>
  AsyncResult callback(F f) const {
    attach_callback([self = *this, f = std::make_shared<F>(std::move(f))] {
      if (self.outcome()) (*f)();
    });
    return *this;
  }
  template <std::invocable<const std::exception&> F>
  AsyncResult error_callback(F f) const {
    attach_callback([self = *this, f = std::make_shared<F>(std::move(f))] {
      if (auto error = self.outcome().error()) detail::call_with_error(*f, error);
    });
    return *this;
  }

 private:
  void value(detail::Deadline deadline) const {
    if (!job_) return static_cast<void>(pending_.await_value(deadline));
    await_job(deadline);
    static_cast<const detail::Job<void>&>(*job_).collect();
  }
};

}  // namespace cohort
