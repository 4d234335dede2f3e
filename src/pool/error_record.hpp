// src/pool/error_record.hpp                        SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <span>

#include <cohort/detail/codec/writer.hpp>

namespace cohort::pool {

// A task's exception on its way to the parent: lane and pid of the worker, then the exception.
void encode_error(cohort::detail::Writer& out, std::uint32_t lane, const std::exception_ptr& error);
// Throws DecodeError.
std::exception_ptr decode_error(std::span<const std::byte> bytes);

}  // namespace cohort::pool
