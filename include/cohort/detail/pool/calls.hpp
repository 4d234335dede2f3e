// include/cohort/detail/pool/calls.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/async_result.hpp>
#include <cohort/detail/codec/call_rules.hpp>
#include <cohort/detail/pool/map.hpp>
#include <cohort/detail/pool/submission.hpp>
#include <cohort/detail/pool/tasks.hpp>
#include <cohort/timeout.hpp>

#include <initializer_list>
#include <optional>
#include <ranges>
#include <tuple>
#include <utility>
#include <vector>

namespace cohort {

// How the items submitted with it are treated: pool.with({.timeout = 2s, .retries = 1}).
struct TaskOptions {
  std::optional<Timeout> timeout{};  // of one item's run, not of the wait; the worker is killed when it is over: TaskTimeout
  int retries = 0;                   // of one item, after the death of its worker or a time-out; exceptions are results
  int chunksize = 0;                 // items that travel together in a map, 0 chooses. With a time-out they travel alone
};

namespace detail {

// The sentences that a call has for what cannot cross.
template <class F, class... A>
constexpr void check_task() {
  check_target<F>();
  check<F, A...>();
  check_result<typename TaskResult<F, A...>::type>();
}

// A function's result over a tuple of arguments.
template <class F, class T>
struct StarResult;
template <class F, class... A>
struct StarResult<F, std::tuple<A...>> {
  static constexpr void check_call() { check_task<F, A...>(); }
  using type = task_result_t<F, A...>;
};
template <class F, class A, class B>
struct StarResult<F, std::pair<A, B>> {
  static constexpr void check_call() { check_task<F, A, B>(); }
  using type = task_result_t<F, A, B>;
};

// The calls that Pool and Pool::with() share. Each call's sentence in docs/which_call.md: parallel? waits? order? errors?
//
// A callable and its arguments cross to another process: functions, captureless lambdas, members, functors whose state
// crosses, cohort::partial and cohort::by_copy of these; see docs/codec.md. Every call throws UsageError when the pool is
// closed or terminated, and what broke the pool when it is broken.
class COHORT_API Calls {
 public:
  // Runs f(arguments...) in a worker and does not wait.
  template <class F, class... A>
  auto apply_async(F f, A&&... arguments) const -> AsyncResult<task_result_t<F, A...>> {
    check_task<F, A...>();
    Submission task(engine(), limits());
    encode_callable(task, f);
    (encode_argument<A>(task, arguments), ...);
    return AsyncResult<task_result_t<F, A...>>(task.publish(task_token<F, stored_t<A>...>()));
  }
  // The same, and waits for the result.
  template <class F, class... A>
  auto apply(F f, A&&... arguments) const -> task_result_t<F, A...> {
    return apply_async(std::move(f), std::forward<A>(arguments)...).get();
  }

  // f of every item, in parallel; the results in the order of the items. Waits. All items are run; if some failed, throws
  // the error of the lowest index. The input is taken bit by bit, its memory is used again.
  template <class F, std::ranges::input_range In>
  auto map(F f, In&& input) const -> list_t<task_result_t<F, std::ranges::range_value_t<In>>> {
    check_task<F, std::ranges::range_value_t<In>>();
    return run<false, ListSink>(f, input);
  }
  template <class F, class T>
  auto map(F f, std::initializer_list<T> input) const {
    return map(std::move(f), std::views::all(input));
  }
  // The same without waiting: the whole input is submitted before it returns.
  template <class F, std::ranges::input_range In>
  auto map_async(F f, In&& input) const -> AsyncResult<list_t<task_result_t<F, std::ranges::range_value_t<In>>>> {
    check_task<F, std::ranges::range_value_t<In>>();
    return start<false, list_t<task_result_t<F, std::ranges::range_value_t<In>>>>(f, input);
  }
  template <class F, class T>
  auto map_async(F f, std::initializer_list<T> input) const {
    return map_async(std::move(f), std::views::all(input));
  }
  // As map(), and gives for each item its value or its error. Never throws an item's error.
  template <class F, std::ranges::input_range In>
  auto try_map(F f, In&& input) const -> std::vector<Outcome<task_result_t<F, std::ranges::range_value_t<In>>>> {
    check_task<F, std::ranges::range_value_t<In>>();
    return run<false, OutcomeSink>(f, input);
  }
  template <class F, class T>
  auto try_map(F f, std::initializer_list<T> input) const {
    return try_map(std::move(f), std::views::all(input));
  }

  // As map() for functions of several arguments: each item is a tuple or pair of them.
  template <class F, std::ranges::input_range In>
  auto starmap(F f, In&& input) const -> list_t<typename StarResult<F, std::ranges::range_value_t<In>>::type> {
    StarResult<F, std::ranges::range_value_t<In>>::check_call();
    return run<true, ListSink>(f, input);
  }
  template <class F, class... A>
  auto starmap(F f, std::initializer_list<std::tuple<A...>> input) const {
    return starmap(std::move(f), std::views::all(input));
  }
  template <class F, std::ranges::input_range In>
  auto starmap_async(F f, In&& input) const -> AsyncResult<list_t<typename StarResult<F, std::ranges::range_value_t<In>>::type>> {
    StarResult<F, std::ranges::range_value_t<In>>::check_call();
    return start<true, list_t<typename StarResult<F, std::ranges::range_value_t<In>>::type>>(f, input);
  }
  template <class F, class... A>
  auto starmap_async(F f, std::initializer_list<std::tuple<A...>> input) const {
    return starmap_async(std::move(f), std::views::all(input));
  }

 protected:
  Calls() = default;
  Calls(pool::Engine* engine, TaskOptions options);
  Calls(const Calls&) = default;
  Calls& operator=(const Calls&) = default;
  ~Calls() = default;

  // Throws what submitting would throw.
  void require_open() const;
  // Throws UsageError for a pool that was moved away.
  pool::Engine& engine() const;

  pool::Engine* engine_ = nullptr;

 private:
  const ItemLimits& limits() const noexcept { return limits_; }
  ChunkSizer sizer(std::optional<std::size_t> bytes) const;

  template <class A>
  static void encode_argument(Writer& task, A& argument) {
    if constexpr (std::same_as<std::remove_cvref_t<A>, stored_t<A>>)
      encode(task, argument);
    else
      encode(task, stored_t<A>(argument));
  }

  template <bool Star, template <class> class Sink, class F, class In>
  auto run(const F& f, In& input) const {
    using R = chunk_result_t<Star, F, In>;
    constexpr auto bytes = item_bytes<R, item_t<Star, std::ranges::range_value_t<In>>>();
    require_open();
    return run_map<Star>(engine(), limits(), sizer(bytes), f, input, Sink<R>());
  }

  // What cannot be counted beforehand is listed first: the whole input is needed now in any case.
  template <bool Star, class List, class F, class In>
  auto start(const F& f, In& input) const {
    using R = chunk_result_t<Star, F, In>;
    constexpr auto bytes = item_bytes<R, item_t<Star, std::ranges::range_value_t<In>>>();
    if constexpr (std::ranges::sized_range<In>) {
      return AsyncResult<List>(start_map<Star>(engine(), limits(), sizer(bytes), f, input));
    } else {
      std::vector<std::ranges::range_value_t<In>> listed;
      for (auto&& item : input) listed.push_back(std::forward<decltype(item)>(item));
      return AsyncResult<List>(start_map<Star>(engine(), limits(), sizer(bytes), f, listed));
    }
  }

  ItemLimits limits_{};
  int chunksize_ = 0;
};

}  // namespace detail
}  // namespace cohort
