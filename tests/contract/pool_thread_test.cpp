// tests/contract/pool_thread_test.cpp                      SPDX-License-Identifier: MIT
// Any number of threads of the parent may submit and wait at the same time.
#include "contract/contract.hpp"

#include <atomic>
#include <csignal>
#include <ranges>
#include <string>
#include <thread>
#include <vector>

namespace cohort::test {
namespace {

constexpr int kThreads = 6;

template <class F>
void in_threads(int n, F f) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < n; ++i) threads.emplace_back([&f, i] { f(i); });
}

TEST(PoolThreads, SubmitAndGet) {
  Pool pool(2);
  std::atomic<long> sum = 0;
  in_threads(kThreads, [&](int thread) {
    for (int i = 0; i < 500; ++i) sum += pool.apply(same, thread * 500 + i);
  });
  const long n = kThreads * 500;
  EXPECT_EQ(sum, n * (n - 1) / 2);
}

TEST(PoolThreads, SubmitManyAndGetLater) {
  Pool pool(2);
  std::atomic<int> wrong = 0;
  in_threads(kThreads, [&](int thread) {
    std::vector<AsyncResult<int>> results;
    for (int i = 0; i < 2000; ++i) results.push_back(pool.apply_async(counted, thread * 2000 + i));
    for (int i = 0; i < 2000; ++i) wrong += results[static_cast<std::size_t>(i)].get() == thread * 2000 + i ? 0 : 1;
  });
  EXPECT_EQ(wrong, 0);
  for (int i = 0; i < kThreads * 2000; ++i) ASSERT_EQ(runs_of(i), 1) << i;
}

TEST(PoolThreads, Map) {
  Pool pool(2);
  std::atomic<int> wrong = 0;
  in_threads(kThreads, [&](int thread) {
    for (int round = 0; round < 20; ++round) {
      const std::vector<int> all = pool.map(same, std::views::iota(thread, thread + 200));
      for (int i = 0; i < 200; ++i) wrong += all[static_cast<std::size_t>(i)] == thread + i ? 0 : 1;
    }
  });
  EXPECT_EQ(wrong, 0);
}

TEST(PoolThreads, OneSubmitsAndOthersGet) {
  Pool pool(2);
  std::vector<AsyncResult<int>> results;
  for (int i = 0; i < 3000; ++i) results.push_back(pool.apply_async(same, i));
  std::atomic<long> sum = 0;
  in_threads(kThreads, [&](int thread) {
    for (std::size_t i = static_cast<std::size_t>(thread); i < results.size(); i += kThreads) sum += results[i].get();
  });
  EXPECT_EQ(sum, 3000L * 2999 / 2);
}

TEST(PoolThreads, DropResultsThatOthersStillHold) {
  Pool pool(2);
  for (int round = 0; round < 200; ++round) {
    AsyncResult<std::string> result = pool.apply_async([] { return std::string(500, 'x'); });
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3; ++i) threads.emplace_back([copy = result] { EXPECT_EQ(copy.get().size(), 500u); });
    result = pool.apply_async([] { return std::string(); });
  }
}

TEST(PoolThreads, CallbacksAndDeathsAmongThem) {
  COHORT_NEEDS_WORKERS();
  std::atomic<int> values = 0, errors = 0;
  {
    Pool pool(2);
    in_threads(4, [&](int) {
      for (int i = 0; i < 25; ++i) {
        const auto dies = pool.apply_async([](int n) { return n % 5 == 0 ? (raise(SIGKILL), n) : n; }, i);
        (void)dies.callback([&](int) { ++values; }).error_callback([&](const std::exception&) { ++errors; });
        (void)pool.apply_async(same, 1).callback([&](int) { ++values; });
      }
    });
  }
  EXPECT_EQ(errors, 4 * 5);
  EXPECT_EQ(values, 4 * 45);
}

TEST(PoolThreads, CloseWhileOthersSubmit) {
  Pool pool(2);
  std::atomic<int> taken = 0, refused = 0, wrong = 0;
  in_threads(4, [&](int thread) {
    if (thread == 0) {
      while (taken < 100) std::this_thread::yield();
      return pool.close();
    }
    try {
      for (;;) wrong += pool.apply(same, ++taken) > 0 ? 0 : 1;
    } catch (const UsageError&) {
      ++refused;
    }
  });
  EXPECT_EQ(refused, 3);
  EXPECT_EQ(wrong, 0) << "what was taken was done";
  pool.join();
}

// A submission that has got past the gate when close() comes is run, however soon join() follows.
TEST(PoolThreads, CloseAndJoinRightBehindASubmission) {
  for (int round = 0; round < 300; ++round) {
    Pool pool(1);
    std::atomic<bool> begun = false;
    std::jthread submitter([&] {
      std::vector<AsyncResult<int>> results;
      try {
        for (int i = 0;; ++i) {
          results.push_back(pool.apply_async(same, i));
          begun = true;
        }
      } catch (const UsageError&) {
      }
      for (std::size_t i = 0; i < results.size(); ++i) ASSERT_EQ(results[i].get(), static_cast<int>(i));
    });
    while (!begun) std::this_thread::yield();
    pool.close();
    pool.join();
  }
}

TEST(PoolThreads, TerminateInSeveral) {
  COHORT_NEEDS_WORKERS();
  for (int round = 0; round < 30; ++round) {
    Pool pool(2);
    std::vector<AsyncResult<void>> results;
    for (int i = 0; i < 20; ++i) results.push_back(pool.apply_async(sleep_an_hour));
    pool.close();
    in_threads(4, [&](int thread) {
      if (thread % 2 == 0) pool.terminate();
      pool.join();
    });
    for (const auto& r : results) ASSERT_FALSE(r.outcome());
  }
}

TEST(PoolThreads, TerminateInACallbackAndHere) {
  COHORT_NEEDS_WORKERS();
  for (int round = 0; round < 30; ++round) {
    Pool pool(2);
    (void)pool.apply_async(square, 3).callback([&](int) { pool.terminate(); });
    (void)pool.apply_async(sleep_an_hour);
    pool.terminate();
    pool.join();
  }
}

// Deaths make the callback thread look at everything, while results with limits and retries come and go.
TEST(PoolThreads, ResultsComeAndGoWhileWorkersDieAndCallbacksRun) {
  COHORT_NEEDS_WORKERS();
  std::atomic<int> called = 0;
  {
    Pool pool(2);
    std::atomic<bool> over = false;
    std::jthread deaths([&] {
      for (int i = 0; i < 100; ++i)
        (void)pool.apply_async([] { raise(SIGKILL); })
            .error_callback([&](const std::exception&) { ++called; })
            .outcome();
      over = true;
    });
    in_threads(3, [&](int) {
      auto limited = pool.with({.timeout = 1h, .retries = 1});
      while (!over) {
        (void)limited.apply(same, 1);
        (void)pool.with({.retries = 3, .chunksize = 2}).map(same, std::views::iota(0, 6));
      }
    });
  }
  EXPECT_EQ(called, 100);
}

TEST(PoolThreads, TerminateWhileOthersSubmitAndWait) {
  COHORT_NEEDS_WORKERS();
  for (int round = 0; round < 20; ++round) {
    Pool pool(2);
    std::atomic<int> done = 0, told = 0;
    in_threads(4, [&](int thread) {
      if (thread == 0) {
        while (done < 20 * (round + 1)) std::this_thread::yield();
        return pool.terminate();
      }
      try {
        for (;; ++done) (void)pool.with({.chunksize = 3}).map(same, std::views::iota(0, 20));
      } catch (const UsageError&) {
        ++told;
      } catch (const Error&) {
        ++told;
      }
    });
    EXPECT_EQ(told, 3);
  }
}

TEST(PoolThreads, JoinInSeveral) {
  Pool pool(2);
  const auto result = pool.map_async(square, std::views::iota(0, 1000));
  pool.close();
  in_threads(4, [&](int) { pool.join(); });
  EXPECT_TRUE(result.ready());
}

TEST(PoolThreads, EachWithAPoolOfItsOwn) {
  in_threads(4, [&](int thread) {
    for (int round = 0; round < 5; ++round) {
      Pool pool(2);
      EXPECT_EQ(pool.apply(square, thread), thread * thread);
    }
  });
}

}  // namespace
}  // namespace cohort::test
