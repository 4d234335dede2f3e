// src/codec/exception_class.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/reader.hpp>
#include <cohort/detail/codec/writer.hpp>
#include <cohort/errors.hpp>

#include <exception>
#include <span>
#include <string>

namespace cohort::codec {

using detail::Reader;
using detail::Writer;

// What every exception carries, whatever its class.
struct Described {
  std::string what;
  RemoteTrace trace;
};

// A class that exceptions arrive as.
struct ExceptionClass {
  // Is this exception of the class (or derived from it)?
  bool (*matches)(const std::exception& error);
  // What the class adds to what().
  void (*encode)(Writer& writer, const std::exception& error);
  // Reads the same and makes the exception.
  std::exception_ptr (*decode)(Reader& reader, Described described);
};

// Derived classes before their bases, so that the first match is the nearest. The place in the list is the number on
// the wire.
std::span<const ExceptionClass> exception_classes();

// The class that everything else arrives as.
std::exception_ptr make_remote_error(Described described);

}  // namespace cohort::codec
