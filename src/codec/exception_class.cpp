// src/codec/exception_class.cpp                      SPDX-License-Identifier: MIT
#include "exception_class.hpp"

#include <cohort/crosses.hpp>

#include <any>
#include <array>
#include <filesystem>
#include <functional>
#include <future>
#include <ios>
#include <memory>
#include <new>
#include <optional>
#include <regex>
#include <stdexcept>
#include <system_error>
#include <typeinfo>
#include <utility>
#include <variant>

namespace cohort::codec {

namespace {

// An E that was thrown elsewhere: caught as an E, it says what it said there.
template <class E>
class Arrived final : public E, public detail::Traced {
 public:
  template <class... A>
  explicit Arrived(Described described, A&&... arguments)
      : E(std::forward<A>(arguments)...),
        detail::Traced(std::move(described.trace)),
        what_(std::make_shared<const std::string>(std::move(described.what))) {}
  [[nodiscard]] const char* what() const noexcept override { return what_->c_str(); }

 private:
  std::shared_ptr<const std::string> what_;
};

template <class E, class... A>
std::exception_ptr arrive(Described described, A&&... arguments) {
  return std::make_exception_ptr(Arrived<E>(std::move(described), std::forward<A>(arguments)...));
}

template <class E>
bool matches(const std::exception& error) {
  return dynamic_cast<const E*>(&error) != nullptr;
}

// Classes with nothing but a text, and classes that have not even that.
template <class E>
struct Simple {
  static void encode(Writer&, const E&) {}
  static std::exception_ptr decode(Reader&, Described described) {
    if constexpr (std::is_default_constructible_v<E>) {
      return arrive<E>(std::move(described));
    } else {
      const std::string what = described.what;
      return arrive<E>(std::move(described), what);
    }
  }
};

// Stands for a category that exists in the sender only: the number is kept, and equals no other code.
class ForeignCategory final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "cohort.foreign"; }
  [[nodiscard]] std::string message(int value) const override {
    return "error " + std::to_string(value) + " of another process's category";
  }
};

struct CodeOf {
  static void encode(Writer& writer, const std::error_code& code) {
    const std::size_t start = writer.size();
    try {
      cohort::encode(writer, std::optional(code));
    } catch (const Error&) {
      writer.rewind(start);
      cohort::encode(writer, std::optional<std::error_code>());
      cohort::encode(writer, code.value());
    }
  }
  static std::error_code decode(Reader& reader) {
    static const ForeignCategory foreign;
    const auto code = cohort::decode<std::optional<std::error_code>>(reader);
    return code ? *code : std::error_code(cohort::decode<int>(reader), foreign);
  }
};

template <class E>
struct WithCode {
  static void encode(Writer& writer, const E& error) { CodeOf::encode(writer, error.code()); }
  static std::exception_ptr decode(Reader& reader, Described described) {
    const std::error_code code = CodeOf::decode(reader);
    if constexpr (std::same_as<E, std::system_error>)
      return arrive<E>(std::move(described), code);
    else
      return arrive<E>(std::move(described), std::string(), code);
  }
};

struct Filesystem {
  using E = std::filesystem::filesystem_error;
  static void encode(Writer& writer, const E& error) {
    CodeOf::encode(writer, error.code());
    cohort::encode(writer, error.path1());
    cohort::encode(writer, error.path2());
  }
  static std::exception_ptr decode(Reader& reader, Described described) {
    const std::error_code code = CodeOf::decode(reader);
    const auto first = cohort::decode<std::filesystem::path>(reader);
    const auto second = cohort::decode<std::filesystem::path>(reader);
    return arrive<E>(std::move(described), std::string(), first, second, code);
  }
};

struct Future {
  using E = std::future_error;
  static void encode(Writer& writer, const E& error) { cohort::encode(writer, error.code().value()); }
  static std::exception_ptr decode(Reader& reader, Described described) {
    return arrive<E>(std::move(described), static_cast<std::future_errc>(cohort::decode<int>(reader)));
  }
};

struct Regex {
  using E = std::regex_error;
  static void encode(Writer& writer, const E& error) { cohort::encode(writer, static_cast<int>(error.code())); }
  static std::exception_ptr decode(Reader& reader, Described described) {
    return arrive<E>(std::move(described), static_cast<std::regex_constants::error_type>(cohort::decode<int>(reader)));
  }
};

template <class E>
struct Lost {
  static void encode(Writer& writer, const E& error) {
    cohort::encode(writer, error.pid());
    cohort::encode(writer, error.exitcode());
    cohort::encode(writer, error.task());
  }
  static std::exception_ptr decode(Reader& reader, Described described) {
    const auto pid = cohort::decode<pid_t>(reader);
    const auto exitcode = cohort::decode<int>(reader);
    const auto task = cohort::decode<std::uint64_t>(reader);
    const std::string what = described.what;
    return arrive<E>(std::move(described), what, pid, exitcode, task);
  }
};

template <class E, class Coding>
constexpr ExceptionClass entry() {
  return {&matches<E>,
          [](Writer& writer, const std::exception& error) { Coding::encode(writer, dynamic_cast<const E&>(error)); },
          &Coding::decode};
}
template <class E>
constexpr ExceptionClass simple() {
  return entry<E, Simple<E>>();
}

// New classes go where they belong: both sides of a wire are of one build.
constexpr std::array kClasses{
    entry<TaskTimeout, Lost<TaskTimeout>>(),
    entry<WorkerLost, Lost<WorkerLost>>(),
    simple<TimeoutError>(),
    simple<Full>(),
    simple<Empty>(),
    simple<ShutDown>(),
    simple<BrokenBarrierError>(),
    simple<AuthenticationError>(),
    simple<LockAbandoned>(),
    simple<BufferTooShort>(),
    simple<EndOfStream>(),
    simple<Cancelled>(),
    simple<RemoteError>(),
    simple<DecodeError>(),
    simple<Error>(),
    simple<UsageError>(),

    simple<std::invalid_argument>(),
    simple<std::domain_error>(),
    simple<std::length_error>(),
    simple<std::out_of_range>(),
    entry<std::future_error, Future>(),
    simple<std::logic_error>(),

    simple<std::range_error>(),
    simple<std::overflow_error>(),
    simple<std::underflow_error>(),
    entry<std::regex_error, Regex>(),
    entry<std::filesystem::filesystem_error, Filesystem>(),
    entry<std::ios_base::failure, WithCode<std::ios_base::failure>>(),
    entry<std::system_error, WithCode<std::system_error>>(),
    simple<std::runtime_error>(),

    simple<std::bad_array_new_length>(),
    simple<std::bad_alloc>(),
    simple<std::bad_any_cast>(),
    simple<std::bad_cast>(),
    simple<std::bad_typeid>(),
    simple<std::bad_exception>(),
    simple<std::bad_function_call>(),
    simple<std::bad_weak_ptr>(),
    simple<std::bad_optional_access>(),
    simple<std::bad_variant_access>(),
};

}  // namespace

std::span<const ExceptionClass> exception_classes() { return kClasses; }

std::exception_ptr make_remote_error(Described described) {
  const std::string what = described.what;
  return arrive<RemoteError>(std::move(described), what);
}

}  // namespace cohort::codec
