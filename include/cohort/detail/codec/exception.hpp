// include/cohort/detail/codec/exception.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/reader.hpp>
#include <cohort/detail/codec/writer.hpp>
#include <cohort/detail/core/export.hpp>

#include <sys/types.h>

#include <exception>
#include <string>

namespace cohort::detail {

// Exceptions travel as the nearest class of std or of cohort that they are derived from, with their what(), the name of
// their own type, and what the class adds (an error code, paths, a pid). So `catch (const std::invalid_argument&)`
// works for a class of the user's derived from it; what is derived from none arrives as RemoteError.

// Shortens or leaves out what does not fit; throws (what writing throws) only if not even the class can be written.
COHORT_API void encode_exception(Writer& writer, const std::exception_ptr& error);

// Always gives an error: that which was sent, or the DecodeError that its bytes deserve. `process` and `pid` say who
// sent it, for remote_trace(); an error that had come from elsewhere before keeps its own trace.
COHORT_API std::exception_ptr decode_exception(Reader& reader, std::string process, pid_t pid);

}  // namespace cohort::detail
