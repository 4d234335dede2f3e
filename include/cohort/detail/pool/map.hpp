// include/cohort/detail/pool/map.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/pool/chunk_sizer.hpp>
#include <cohort/detail/pool/job.hpp>
#include <cohort/detail/pool/sinks.hpp>
#include <cohort/detail/pool/submission.hpp>
#include <cohort/detail/pool/tasks.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

namespace cohort::detail {

// How an item of type T travels: as it would as an argument; the parts of a tuple that starmap spreads likewise.
template <bool Star, class T>
struct Item {
  using type = stored_t<T>;
};
template <class... A>
struct Item<true, std::tuple<A...>> {
  using type = std::tuple<stored_t<A>...>;
};
template <class A, class B>
struct Item<true, std::pair<A, B>> {
  using type = std::pair<stored_t<A>, stored_t<B>>;
};
template <bool Star, class T>
using item_t = typename Item<Star, T>::type;

// The input of a map, taken chunk by chunk.
template <bool Star, class F, std::ranges::input_range In>
class Chunks {
 public:
  using Value = std::ranges::range_value_t<In>;
  using S = item_t<Star, Value>;

  Chunks(pool::Engine& engine, const ItemLimits& limits, const F& f, In& input)
      : engine_(engine), limits_(limits), f_(f), at_(std::ranges::begin(input)), end_(std::ranges::end(input)) {
    if constexpr (std::ranges::sized_range<In>) left_ = static_cast<std::uint64_t>(std::ranges::size(input));
  }

  [[nodiscard]] bool done() const { return at_ == end_; }
  [[nodiscard]] std::optional<std::uint64_t> left() const { return left_; }

  // Submits up to `most` items.
  JobBase::Part submit(std::uint64_t most) {
    ChunkSubmission chunk(engine_, limits_, index_, guess(most));
    encode_callable(chunk, f_);
    chunk.begin_items();
    const std::uint64_t count = put_items(chunk, most);
    index_ += count;
    if (left_) *left_ -= count;
    return {chunk.publish(chunk_token<Star, F, S>(), count), count};
  }

 private:
  static constexpr bool kCopied = is_plain<S> && std::same_as<S, Value> && std::contiguous_iterator<std::ranges::iterator_t<In>> &&
                                  std::sized_sentinel_for<std::ranges::sentinel_t<In>, std::ranges::iterator_t<In>>;

  static std::size_t guess(std::uint64_t items) { return static_cast<std::size_t>(items) * (is_plain<S> ? sizeof(S) : 32); }

  std::uint64_t put_items(ChunkSubmission& chunk, std::uint64_t most) {
    if constexpr (kCopied) {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(most, static_cast<std::uint64_t>(end_ - at_)));
      if (count != 0) chunk.put(std::to_address(at_), count * sizeof(S));
      at_ += static_cast<std::ptrdiff_t>(count);
      return count;
    } else {
      std::uint64_t count = 0;
      for (; count < most && at_ != end_; ++at_, ++count) {
        if constexpr (!is_plain<S>) chunk.begin_item();
        put_item(chunk, *at_);
        if constexpr (!is_plain<S>) chunk.end_item();
      }
      return count;
    }
  }

  template <class V>
  static void put_item(Writer& chunk, V&& value) {
    if constexpr (std::same_as<std::remove_cvref_t<V>, S>)
      encode(chunk, value);
    else
      encode(chunk, static_cast<S>(static_cast<Value>(std::forward<V>(value))));
  }

  pool::Engine& engine_;
  const ItemLimits& limits_;
  const F& f_;
  std::ranges::iterator_t<In> at_;
  std::ranges::sentinel_t<In> end_;
  std::optional<std::uint64_t> left_{};
  std::uint64_t index_ = 0;
};

template <bool Star, class F, class In>
using chunk_result_t = item_result_t<Star, F, item_t<Star, std::ranges::range_value_t<In>>>;

template <class R, class S>
constexpr std::optional<std::size_t> item_bytes() {
  if constexpr (std::is_void_v<R>)
    return is_plain<S> ? std::optional(sizeof(S)) : std::nullopt;
  else if constexpr (is_plain<S> && in_array<R>)
    return sizeof(S) > sizeof(R) ? sizeof(S) : sizeof(R);
  else
    return {};
}

// The waiting map: a window of chunks is under way, and their memory is used again and again.
template <bool Star, class F, std::ranges::input_range In, class Sink>
auto run_map(pool::Engine& engine, const ItemLimits& limits, ChunkSizer sizer, const F& f, In& input, Sink sink) {
  using R = chunk_result_t<Star, F, In>;
  Chunks<Star, F, In> chunks(engine, limits, f, input);
  if (chunks.left()) sink.reserve(static_cast<std::size_t>(*chunks.left()));
  std::deque<JobBase::Part> flying;
  for (;;) {
    while (!chunks.done() && flying.size() < sizer.window()) flying.push_back(chunks.submit(sizer.next(chunks.left())));
    if (flying.empty()) return sink.finish();
    const JobBase::Part part = std::move(flying.front());
    flying.pop_front();
    part.pending.wait(Deadline::never());
    sizer.took(part.count, read_chunk<R>(part.pending, part.count, sink));
  }
}

template <class R, class Element>
class MapJob final : public Job<R> {
 public:
  using Job<R>::Job;
  R collect() const override {
    ListSink<Element> sink;
    for (const auto& part : this->parts()) read_chunk<Element>(part.pending, part.count, sink);
    return sink.finish();
  }
};

// The map that does not wait: everything is submitted at once, because the input may be gone tomorrow.
template <bool Star, class F, std::ranges::input_range In>
auto start_map(pool::Engine& engine, const ItemLimits& limits, ChunkSizer sizer, const F& f, In& input) {
  using R = chunk_result_t<Star, F, In>;
  Chunks<Star, F, In> chunks(engine, limits, f, input);
  const std::uint64_t size = sizer.at_once(*chunks.left());
  std::vector<JobBase::Part> parts;
  do parts.push_back(chunks.submit(size));
  while (!chunks.done());
  return std::static_pointer_cast<JobBase>(std::make_shared<MapJob<list_t<R>, R>>(std::move(parts)));
}

}  // namespace cohort::detail
