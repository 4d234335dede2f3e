// include/cohort/detail/pool/sinks.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/codec.hpp>
#include <cohort/detail/pool/chunk_reader.hpp>
#include <cohort/detail/pool/tasks.hpp>
#include <cohort/outcome.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <type_traits>
#include <utility>
#include <vector>

namespace cohort::detail {

template <class R>
struct List {
  using type = std::vector<R>;
};
template <>
struct List<void> {
  using type = void;
};
template <class R>
using list_t = typename List<R>::type;

// Where the results of a map go, in order: a vector, nowhere, or outcomes. The first two keep the first error, which is the
// one with the lowest index, for the end.

template <class R>
class ListSink {
 public:
  void reserve(std::size_t items) { list_.reserve(items); }
  void value(R value) { list_.push_back(std::move(value)); }
  void values(const std::byte* bytes, std::size_t items)
    requires in_array<R>
  {
    const R* const first = reinterpret_cast<const R*>(bytes);
    list_.insert(list_.end(), first, first + items);
  }
  void error(std::exception_ptr error) {
    if (!error_) error_ = std::move(error);
  }
  std::vector<R> finish() {
    if (error_) std::rethrow_exception(error_);
    return std::move(list_);
  }

 private:
  std::vector<R> list_;
  std::exception_ptr error_;
};

template <>
class ListSink<void> {
 public:
  void reserve(std::size_t) {}
  void value() {}
  void error(std::exception_ptr error) {
    if (!error_) error_ = std::move(error);
  }
  void finish() {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::exception_ptr error_;
};

template <class R>
class OutcomeSink {
 public:
  void reserve(std::size_t items) { list_.reserve(items); }
  template <class... V>
  void value(V&&... value) {
    list_.emplace_back(std::forward<V>(value)...);
  }
  void error(std::exception_ptr error) { list_.emplace_back(std::move(error)); }
  std::vector<Outcome<R>> finish() { return std::move(list_); }

 private:
  std::vector<Outcome<R>> list_;
};

// Hands one item's result to the sink; what cannot be decoded is that item's error.
template <class R, class Sink>
void hand_over(const ChunkReader::Item& item, Sink& sink) {
  if (item.error) return sink.error(item.error);
  if constexpr (std::is_void_v<R>) {
    sink.value();
  } else {
    try {
      Reader in(item.bytes);
      sink.value(decode<R>(in));
    } catch (...) {
      sink.error(std::current_exception());
    }
  }
}

template <class R, class Sink>
std::chrono::nanoseconds read_chunk(const Pending& chunk, std::uint64_t count, Sink& sink) {
  ChunkReader results(chunk, count);
  if constexpr (!std::is_void_v<R>) {
    if constexpr (in_array<R> && requires { sink.values(nullptr, 0); }) {
      if (const std::byte* all = results.all_values(sizeof(R))) {
        sink.values(all, static_cast<std::size_t>(count));
        return results.took();
      }
    }
    if constexpr (in_array<R>) {
      for (std::uint64_t item = 0; item < count; ++item) hand_over<R>(results.plain(item, sizeof(R)), sink);
      return results.took();
    }
  }
  for (std::uint64_t item = 0; item < count; ++item) {
    if constexpr (std::is_void_v<R>)
      hand_over<R>(results.plain(item, 0), sink);
    else
      hand_over<R>(results.record(item), sink);
  }
  return results.took();
}

}  // namespace cohort::detail
