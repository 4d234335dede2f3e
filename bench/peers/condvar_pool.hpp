// bench/peers/condvar_pool.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace bench {

// The thread pool most programs have: a queue of std::function behind a mutex and a condition
// variable, results in futures.
class CondvarPool {
 public:
  explicit CondvarPool(int threads) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }
  CondvarPool(const CondvarPool&) = delete;
  CondvarPool& operator=(const CondvarPool&) = delete;
  ~CondvarPool() {
    {
      const std::scoped_lock guard(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  template <class F, class A>
  auto submit(F function, A argument) {
    using Result = std::invoke_result_t<F, A>;
    auto task = std::make_shared<std::packaged_task<Result()>>([function, argument] { return function(argument); });
    auto result = task->get_future();
    {
      const std::scoped_lock guard(mutex_);
      tasks_.emplace_back([task] { (*task)(); });
    }
    changed_.notify_one();
    return result;
  }

 private:
  void work() {
    for (;;) {
      std::unique_lock guard(mutex_);
      changed_.wait(guard, [this] { return closed_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      const auto task = std::move(tasks_.front());
      tasks_.pop_front();
      guard.unlock();
      task();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool closed_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace bench
