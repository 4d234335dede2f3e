// tests/contract/pool_callback_test.cpp                      SPDX-License-Identifier: MIT
#include "contract/contract.hpp"

#include <atomic>
#include <csignal>
#include <memory>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace cohort::test {
namespace {

TEST(PoolCallback, GetsTheValueBeforeGetReturns) {
  int seen = 0;
  Pool pool(1);
  const auto result = pool.apply_async(square, 5).callback([&](int y) { seen = y; });
  EXPECT_EQ(result.get(), 25);
  EXPECT_EQ(seen, 25);
}

TEST(PoolCallback, RunsInTheParent) {
  pid_t where = 0;
  Pool pool(1);
  pool.apply_async(square, 5).callback([&](int) { where = getpid(); }).wait();
  EXPECT_EQ(where, getpid());
}

TEST(PoolCallback, OfAMapGetsTheWholeListOnce) {
  std::vector<std::vector<int>> seen;
  Pool pool(2);
  const auto result =
      pool.map_async(square, {1, 2, 3}).callback([&](const std::vector<int>& all) { seen.push_back(all); });
  EXPECT_EQ(result.get(), (std::vector{1, 4, 9}));
  EXPECT_EQ(seen, (std::vector<std::vector<int>>{{1, 4, 9}}));
}

TEST(PoolCallback, OfAnEmptyMapIsCalled) {
  int calls = 0;
  Pool pool(1);
  (void)pool.map_async(square, std::vector<int>{})
      .callback([&](const std::vector<int>& all) { calls += all.empty() ? 1 : 100; })
      .get();
  EXPECT_EQ(calls, 1);
}

TEST(PoolCallback, OfNothingTakesNothing) {
  int calls = 0;
  Pool pool(1);
  pool.apply_async(nothing).callback([&] { ++calls; }).get();
  pool.map_async([](int) {}, {1, 2}).callback([&] { ++calls; }).get();
  EXPECT_EQ(calls, 2);
}

TEST(PoolCallback, ErrorCallbackGetsTheException) {
  std::string text;
  bool called = false, right_type = false;
  Pool pool(1);
  const auto result = pool.apply_async(odd_throws, 3)
                          .callback([&](int) { called = true; })
                          .error_callback([&](const std::exception& e) {
                            text = e.what();
                            right_type = dynamic_cast<const std::invalid_argument*>(&e) != nullptr;
                          });
  COHORT_EXPECT_THROW(std::invalid_argument, result.get(), "odd: 3");
  EXPECT_NE(text.find("odd: 3"), std::string::npos);
  EXPECT_TRUE(right_type);
  EXPECT_FALSE(called) << "one or the other";
}

TEST(PoolCallback, ErrorCallbackOfAMapIsCalledOnce) {
  int errors = 0, values = 0;
  Pool pool(2);
  const auto result = pool.map_async(odd_throws, {0, 1, 3, 5})
                          .callback([&](const auto&) { ++values; })
                          .error_callback([&](const std::exception&) { ++errors; });
  COHORT_EXPECT_THROW(std::invalid_argument, result.get(), "odd: 1");
  EXPECT_EQ(errors, 1);
  EXPECT_EQ(values, 0);
}

TEST(PoolCallback, SeveralRunInTheOrderOfTheirAttachment) {
  std::string order;
  Pool pool(1);
  pool.apply_async(square, 1)
      .callback([&](int) { order += "a"; })
      .error_callback([&](const std::exception&) { order += "x"; })
      .callback([&](int) { order += "b"; })
      .callback([&](int) { order += "c"; })
      .wait();
  EXPECT_EQ(order, "abc");
}

TEST(PoolCallback, AttachedAfterTheEndIsCalledToo) {
  std::atomic<int> calls = 0;
  Pool pool(1);
  const auto result = pool.apply_async(square, 2);
  EXPECT_EQ(result.get(), 4);
  (void)result.callback([&](int y) { calls += y; });
  result.wait();
  EXPECT_TRUE(wait_until([&] { return calls == 4; }));
  const auto bad = pool.apply_async(odd_throws, 1);
  bad.wait();
  (void)bad.error_callback([&](const std::exception&) { ++calls; });
  EXPECT_TRUE(wait_until([&] { return calls == 5; }));
}

TEST(PoolCallback, AllRunOneAtATimeOnOneThread) {
  COHORT_NEEDS_WORKERS();
  std::set<std::thread::id> threads;  // no lock: TSan would say
  int running = 0, together = 0, calls = 0;
  Pool pool(3);
  std::vector<AsyncResult<int>> results;
  for (int i = 0; i < 300; ++i)
    results.push_back(pool.apply_async(square, i).callback([&](int) {
      together += running++;
      threads.insert(std::this_thread::get_id());
      --running;
      ++calls;
    }));
  for (const auto& r : results) r.wait();
  EXPECT_EQ(calls, 300);
  EXPECT_EQ(together, 0);
  EXPECT_EQ(threads.size(), 1u);
  EXPECT_FALSE(threads.contains(std::this_thread::get_id()));
}

TEST(PoolCallback, JoinAndScopeExitWaitForThem) {
  std::atomic<int> calls = 0;
  const auto slow = [&](int) {
    std::this_thread::sleep_for(5ms);
    ++calls;
  };
  {
    Pool pool(2);
    for (int i = 0; i < 10; ++i) (void)pool.apply_async(square, i).callback(slow);
  }
  EXPECT_EQ(calls, 10);
  Pool pool(2);
  for (int i = 0; i < 10; ++i) (void)pool.apply_async(square, i).callback(slow);
  pool.close();
  pool.join();
  EXPECT_EQ(calls, 20);
}

TEST(PoolCallback, MaySubmitAndGet) {
  std::vector<int> seen;
  Pool pool(1);
  const auto result = pool.apply_async(square, 2).callback([&](int y) {
    seen.push_back(y);
    seen.push_back(pool.apply(square, y));
    seen.push_back(pool.map(square, {y, y})[1]);
    const auto later = pool.apply_async(square, 5);
    seen.push_back(later.get());
  });
  EXPECT_EQ(result.get(), 4);
  EXPECT_EQ(seen, (std::vector{4, 16, 16, 25}));
}

TEST(PoolCallback, MayAttachCallbacks) {
  std::atomic<int> calls = 0;
  {
    Pool pool(1);
    (void)pool.apply_async(square, 2).callback(
        [&](int y) { (void)pool.apply_async(square, y).callback([&](int z) { calls = z; }); });
  }
  EXPECT_EQ(calls, 16);
}

TEST(PoolCallback, MayGetItsOwnResult) {
  std::atomic<int> got = 0;
  Pool pool(1);
  std::optional<AsyncResult<int>> result;
  result = pool.apply_async([](int x) { return wait_for_gate(0), x; }, inline_workers() ? (open_gate(0), 3) : 3);
  (void)result->callback(
      [&](int) { got = result->get(); });  // its callbacks have not returned, and it must not wait for itself
  open_gate(0);
  EXPECT_EQ(result->get(), 3);
  EXPECT_EQ(got, 3);
}

TEST(PoolCallback, MayGetAResultThatWaitsForItsCallbacks) {
  std::atomic<int> got = 0, calls = 0;
  if (inline_workers()) open_gate(0);
  Pool pool(2);
  const auto other = pool.apply_async([](int x) { return wait_for_gate(0), x; }, 3).callback([&](int) { ++calls; });
  const auto result = pool.apply_async(square, 1).callback([&](int) {
    open_gate(0);
    got = other.get();  // whose callback can only run on this thread
  });
  EXPECT_EQ(result.get(), 1);
  EXPECT_EQ(got, 3);
  EXPECT_EQ(other.get(), 3);
  EXPECT_EQ(calls, 1);
}

TEST(PoolCallback, MayCloseThePool) {
  Pool pool(2);
  const auto result = pool.apply_async(square, 3).callback([&](int) { pool.close(); });
  EXPECT_EQ(result.get(), 9);
  pool.join();
  COHORT_EXPECT_THROW(UsageError, pool.apply(square, 1), "close");
}

TEST(PoolCallback, MayTerminateThePool) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  const auto never = pool.apply_async(sleep_an_hour);
  const auto result = pool.apply_async(square, 3).callback([&](int) { pool.terminate(); });
  EXPECT_EQ(result.get(), 9);
  COHORT_EXPECT_THROW(Error, never.get(), "terminate");
  pool.join();
}

TEST(PoolCallback, MayTerminateThePoolAtADeath) {
  COHORT_NEEDS_WORKERS();
  Pool pool(2);
  const auto never = pool.apply_async(sleep_an_hour);
  const auto result =
      pool.apply_async([] { raise(SIGKILL); }).error_callback([&](const std::exception&) { pool.terminate(); });
  COHORT_EXPECT_THROW(WorkerLost, result.get());
  COHORT_EXPECT_THROW(Error, never.get(), "terminate");
}

TEST(PoolCallback, JoiningInsideOneIsRefusedOrWorksButNeverHangs) {
  Pool pool(1);
  const auto result = pool.apply_async(square, 3).callback([&](int) {
    pool.close();
    pool.join();
  });
  if (!result.outcome()) COHORT_EXPECT_THROW(UsageError, result.get(), "join");
}

TEST(PoolCallback, WhatItThrowsIsTheResultsError) {
  Pool pool(1);
  const auto result =
      pool.apply_async(square, 3).callback([](int y) { throw std::out_of_range("callback of " + std::to_string(y)); });
  COHORT_EXPECT_THROW(std::out_of_range, result.get(), "callback of 9");
  EXPECT_FALSE(result.successful());
  EXPECT_FALSE(result.outcome());
  EXPECT_EQ(pool.apply(square, 4), 16) << "the pool lives";
}

TEST(PoolCallback, WhatAnErrorCallbackThrowsIsNotLostAndHurtsNobody) {
  Pool pool(1);
  const auto result =
      pool.apply_async(odd_throws, 3).error_callback([](const std::exception&) { throw std::out_of_range("again"); });
  EXPECT_FALSE(result.outcome());
  COHORT_EXPECT_THROW(std::logic_error, result.get());  // the task's invalid_argument or the callback's out_of_range
  EXPECT_EQ(pool.apply(square, 4), 16);
}

TEST(PoolCallback, OneThatThrowsWhileOthersGet) {
  Pool pool(1);
  for (int round = 0; round < 50; ++round) {
    const auto result = pool.apply_async(square, 3);
    result.wait();
    std::vector<std::jthread> threads;
    std::atomic<int> told = 0;
    for (int i = 0; i < 3; ++i) threads.emplace_back([&, result] { told += result.outcome() ? 1 : 1; });
    (void)result.callback([](int) { throw std::out_of_range("late"); });
    threads.clear();
    EXPECT_EQ(told, 3);
  }
}

TEST(PoolCallback, OneThatThrowsDoesNotStopTheOthers) {
  int after = 0;
  Pool pool(1);
  const auto result = pool.apply_async(square, 3).callback([](int) { throw 42; }).callback([&](int) { ++after; });
  EXPECT_FALSE(result.outcome());
  EXPECT_EQ(after, 1);
  int other = 0;
  (void)pool.apply_async(square, 3).callback([&](int y) { other = y; }).get();
  EXPECT_EQ(other, 9);
}

TEST(PoolCallback, IsCalledWhenThePoolIsTerminated) {
  COHORT_NEEDS_WORKERS();
  std::atomic<int> errors = 0;
  {
    Pool pool(1);
    for (int i = 0; i < 5; ++i)
      (void)pool.apply_async(sleep_an_hour).error_callback([&](const std::exception&) { ++errors; });
    pool.terminate();
    pool.join();
  }
  EXPECT_EQ(errors, 5);
}

TEST(PoolCallback, IsCalledForALostWorker) {
  COHORT_NEEDS_WORKERS();
  bool lost = false;
  Pool pool(1);
  pool.apply_async([] { raise(SIGKILL); })
      .error_callback([&](const std::exception& e) { lost = dynamic_cast<const WorkerLost*>(&e) != nullptr; })
      .wait();
  EXPECT_TRUE(lost);
}

TEST(PoolCallback, MayOutliveTheHandleOfItsResult) {
  std::atomic<int> sum = 0;
  {
    Pool pool(2);
    for (int i = 0; i < 1000; ++i) (void)pool.apply_async(same, 1).callback([&](int y) { sum += y; });
  }
  EXPECT_EQ(sum, 1000);
}

TEST(PoolCallback, KeepsWhatItOwnsOnlyAsLongAsNeeded) {
  const auto token = std::make_shared<int>(1);
  Pool pool(1);
  const auto result = pool.apply_async(square, 1).callback([token](int) {});
  result.wait();
  EXPECT_TRUE(wait_until([&] { return token.use_count() == 1; })) << "called once, then let go";
}

}  // namespace
}  // namespace cohort::test
