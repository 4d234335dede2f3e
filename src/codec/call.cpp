// src/codec/call.cpp                      SPDX-License-Identifier: MIT
#include <cohort/call.hpp>
#include <cohort/errors.hpp>

namespace cohort {

void Call::operator()() const {
  if (!body_) throw UsageError("cohort: there is nothing to call: this Call is empty");
  body_->run();
}

namespace detail {

CallBody::~CallBody() = default;

void Coder<Call>::encode(Writer& writer, const Call& call) {
  if (!call) return writer.put_plain(std::uint64_t{0});
  call.body_->encode(writer);
}

Call Coder<Call>::decode(Reader& reader) {
  Call call;
  const Nested level(reader);
  if (const auto token = reader.get_plain<std::uint64_t>(); token != 0)
    call.body_ = function_of<CallBodyDecoder>(token)(reader);
  return call;
}

}  // namespace detail

}  // namespace cohort
