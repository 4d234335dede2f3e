// src/codec/exception.cpp                      SPDX-License-Identifier: MIT
#include <cohort/detail/codec/exception.hpp>

#include "exception_class.hpp"

#include <cohort/crosses.hpp>
#include <cohort/errors.hpp>

#include <cxxabi.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <typeinfo>
#include <utility>

namespace cohort::detail {

namespace {

using codec::Described;
using codec::ExceptionClass;

// On the wire:  class u8 | what | type | already travelled? | process, pid, stack | what the class adds
constexpr std::uint8_t kNoClass = 255;
constexpr std::size_t kLongestText = std::size_t{1} << 16;

std::string demangled(const char* name) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(abi::__cxa_demangle(name, nullptr, nullptr, &status),
                                                         &std::free);
  return text ? text.get() : name;
}

std::string shortened(const char* text) {
  return text ? std::string(std::string_view(text).substr(0, kLongestText)) : std::string();
}

Described describe(const std::exception& error) {
  Described described{shortened(error.what()), {}};
  if (const RemoteTrace* trace = remote_trace(error))
    described.trace = *trace;
  else
    described.trace.type = demangled(typeid(error).name());
  return described;
}

// For what is no std::exception; call in a handler.
Described describe_current(const std::string& value) {
  const std::type_info* type = abi::__cxa_current_exception_type();
  Described described;
  described.trace.type = !type                          ? "a foreign exception"
                         : *type == typeid(std::string) ? "std::string"
                                                        : demangled(type->name());
  described.what = "cohort: " + described.trace.type + " was thrown" + (value.empty() ? "" : ": " + value);
  return described;
}

void write(Writer& writer, std::uint8_t number, const Described& described) {
  writer.put_plain(number);
  encode_value(writer, described.what);
  encode_value(writer, described.trace);
}

void write_known(Writer& writer, const std::exception& error) {
  const auto classes = codec::exception_classes();
  const auto found = std::ranges::find_if(classes, [&](const ExceptionClass& c) { return c.matches(error); });
  const std::size_t start = writer.size();
  if (found != classes.end()) {
    try {
      write(writer, static_cast<std::uint8_t>(found - classes.begin()), describe(error));
      return found->encode(writer, error);
    } catch (...) {
      writer.rewind(start);  // the text is worth more than the class
    }
  }
  write(writer, kNoClass, describe(error));
}

void write_current(Writer& writer, const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& known) {
    write_known(writer, known);
  } catch (const std::string& text) {
    write(writer, kNoClass, describe_current(shortened(text.c_str())));
  } catch (const char* text) {
    write(writer, kNoClass, describe_current(shortened(text)));
  } catch (int number) {
    write(writer, kNoClass, describe_current(std::to_string(number)));
  } catch (...) {
    write(writer, kNoClass, describe_current(""));
  }
}

std::exception_ptr read(Reader& reader, std::string process, pid_t pid) {
  const auto number = reader.get_plain<std::uint8_t>();
  Described described{decode_value<std::string>(reader), {}};
  described.trace = decode_value<RemoteTrace>(reader);
  if (described.trace.process.empty()) {
    described.trace.process = std::move(process);
    described.trace.pid = pid;
  }
  if (number == kNoClass) return codec::make_remote_error(std::move(described));
  const auto classes = codec::exception_classes();
  if (number >= classes.size()) throw_bad_choice();
  return classes[number].decode(reader, std::move(described));
}

}  // namespace

void encode_exception(Writer& writer, const std::exception_ptr& error) {
  const std::size_t start = writer.size();
  try {
    write_current(writer, error);
  } catch (...) {
    writer.rewind(start);
    write(writer, kNoClass, Described{"cohort: an error that could not be sent", {}});
  }
}

std::exception_ptr decode_exception(Reader& reader, std::string process, pid_t pid) {
  try {
    return read(reader, std::move(process), pid);
  } catch (...) {
    return std::current_exception();
  }
}

}  // namespace cohort::detail
