// src/codec/codec.cpp                      SPDX-License-Identifier: MIT
#include <cohort/detail/codec/reader.hpp>
#include <cohort/detail/codec/std_sums.hpp>
#include <cohort/detail/codec/writer.hpp>
#include <cohort/errors.hpp>

#include <algorithm>
#include <string>

namespace cohort::detail {

void throw_truncated() { throw DecodeError("cohort: the message ends in the middle of a value"); }
void throw_bad_count() { throw DecodeError("cohort: the message announces more elements than it has bytes"); }
void throw_too_much_memory() { throw DecodeError("cohort: the message asks for more memory than its reader allows"); }
void throw_bad_choice() { throw DecodeError("cohort: the message chooses an alternative that does not exist"); }
void throw_too_deep() {
  throw DecodeError("cohort: the message nests values deeper than " + std::to_string(Limits{}.depth) + " levels");
}
void throw_too_deep_to_encode() {
  throw Error("cohort: the value nests deeper than " + std::to_string(Limits{}.depth) +
              " levels (a long chain or a cycle of pointers?): send a flat container instead");
}
void throw_valueless() { throw UsageError("cohort: a variant that lost its value to an exception cannot be sent"); }

void BufferWriter::grow(std::size_t need) {
  constexpr std::size_t kFirst = 256;
  const std::size_t used = size();
  const auto capacity = static_cast<std::size_t>(end_ - begin_);
  const std::size_t wanted = std::max({used + need, capacity * 2, kFirst});
  auto memory = std::make_unique_for_overwrite<std::byte[]>(wanted);
  if (used != 0) std::memcpy(memory.get(), begin_, used);
  memory_ = std::move(memory);
  begin_ = memory_.get();
  cur_ = begin_ + used;
  end_ = begin_ + wanted;
}

}  // namespace cohort::detail
