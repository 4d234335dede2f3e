// src/pool/error_record.cpp                        SPDX-License-Identifier: MIT
#include "pool/error_record.hpp"

#include <unistd.h>

#include <cstdint>

#include <cohort/detail/codec/exception.hpp>
#include <cohort/detail/codec/reader.hpp>

#include "pool/worker.hpp"

namespace cohort::pool {

void encode_error(cohort::detail::Writer& out, std::uint32_t lane, const std::exception_ptr& error) {
  out.put_plain(lane);
  out.put_plain(static_cast<std::int32_t>(::getpid()));
  cohort::detail::encode_exception(out, error);
}

// The pid is for people to read; nothing is ever sent to it.
std::exception_ptr decode_error(std::span<const std::byte> bytes) {
  cohort::detail::Reader header(bytes);
  const auto lane = header.get_plain<std::uint32_t>();
  const auto pid = header.get_plain<std::int32_t>();
  cohort::detail::Reader in(bytes.subspan(sizeof lane + sizeof pid));
  return cohort::detail::decode_exception(in, Worker::name(lane), pid);
}

}  // namespace cohort::pool
