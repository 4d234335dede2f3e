// include/cohort/detail/pool/tasks.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/call_rules.hpp>
#include <cohort/detail/codec/callable.hpp>
#include <cohort/detail/codec/codec.hpp>
#include <cohort/detail/codec/token.hpp>
#include <cohort/detail/pool/frames.hpp>

#include <cstdint>
#include <cstring>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

namespace cohort::detail {

// The functions that run in workers, one for each kind of call, and the tokens that name them.

// ---- a task: callable, then each argument

template <class F, class... S>
void run_task(Reader& in, Writer& out) {
  F f = decode_callable<F>(in);
  std::tuple<S...> arguments{decode<S>(in)...};
  if constexpr (std::is_void_v<task_result_t<F, S...>>)
    apply_stored(f, arguments);
  else
    encode(out, apply_stored(f, arguments));
}

template <class F, class... S>
std::uint64_t task_token() {
  return function_token<TaskFn, &run_task<F, S...>>();
}

// ---- a chunk: callable, then items of one type; `Star` spreads each item, a tuple, into arguments

template <bool Star, class F, class S>
auto call_item(F& f, S& item) {
  if constexpr (Star)
    return apply_stored(f, item);
  else
    return invoke_stored(f, item);
}

template <bool Star, class F, class S>
using item_result_t = std::decay_t<decltype(call_item<Star>(std::declval<F&>(), std::declval<S&>()))>;

// Where the items of a chunk come from: an array, or one encoded behind the other.
template <class S>
class ItemSource {
 public:
  explicit ItemSource(const ChunkFrame& chunk) : in_(chunk.items(), chunk.end()) {
    if constexpr (is_plain<S>)
      in_.take(chunk.first() * sizeof(S));
    else
      for (std::uint64_t item = 0; item < chunk.first(); ++item) static_cast<void>(bytes());
  }
  // Throws what decoding throws; the next item is found all the same.
  S next() {
    if constexpr (is_plain<S>) {
      return decode<S>(in_);
    } else {
      Reader item(bytes());
      return decode<S>(item);
    }
  }

 private:
  std::span<const std::byte> bytes() {
    const auto length = in_.get_plain<std::uint64_t>();
    in_.take(kItemHeader - sizeof length);
    const std::span item(in_.take(length), static_cast<std::size_t>(length));
    in_.take((0 - static_cast<std::size_t>(length)) & (kItemHeader - 1));
    return item;
  }

  Reader in_;
};

template <class R>
inline constexpr bool in_array = is_plain<R> && std::is_default_constructible_v<R> && alignof(R) <= 64;

template <bool Star, class F, class S>
void run_chunk(ChunkFrame& chunk) {
  using R = item_result_t<Star, F, S>;
  Reader callable(chunk.callable(), chunk.items());
  F f = decode_callable<F>(callable);
  ItemSource<S> items(chunk);
  [[maybe_unused]] std::byte* values = nullptr;
  if constexpr (!std::is_void_v<R>)
    if constexpr (in_array<R>) values = chunk.values(sizeof(R));
  for (std::uint64_t i = chunk.first(); i < chunk.count(); ++i) {
    try {
      S item = items.next();
      if constexpr (std::is_void_v<R>) {
        call_item<Star>(f, item);
      } else if constexpr (in_array<R>) {
        const R result = call_item<Star>(f, item);
        std::memcpy(values + i * sizeof(R), std::addressof(result), sizeof(R));
      } else {
        R result = call_item<Star>(f, item);
        encode(chunk.record(i), result);
        chunk.close_record();
      }
    } catch (...) {
      chunk.failed(i);
      if constexpr (!std::is_void_v<R>)
        if constexpr (in_array<R>) values = chunk.values(sizeof(R));  // the block may have moved
    }
    chunk.finished(i);
  }
}

template <bool Star, class F, class S>
std::uint64_t chunk_token() {
  return function_token<ChunkFn, &run_chunk<Star, F, S>>();
}

}  // namespace cohort::detail
