// tests/unit/codec/exception_test.cpp                      SPDX-License-Identifier: MIT
#include "trip.hpp"

#include "support/random.hpp"

#include <cohort/detail/codec/exception.hpp>

#include <any>
#include <array>
#include <csignal>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <ios>
#include <memory>
#include <new>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string>
#include <system_error>
#include <typeinfo>
#include <variant>

namespace cohort::test {
namespace {

using namespace std::chrono_literals;

Bytes bytes_of(const std::exception_ptr& error) {
  detail::BufferWriter writer;
  detail::encode_exception(writer, error);
  return {writer.bytes().begin(), writer.bytes().end()};
}
std::exception_ptr error_from(std::span<const std::byte> bytes) {
  Reader reader(bytes);
  return detail::decode_exception(reader, "Worker-3", 17);
}

template <class F>
std::exception_ptr thrown_by(F f) {
  try {
    f();
  } catch (...) {
    return std::current_exception();
  }
  return nullptr;
}

// What f throws arrives as an E. Gives what there is to look at.
template <class E, class F, class Look>
void arrives(F f, std::string_view what, Look look) {
  SCOPED_TRACE(typeid(E).name());
  const Bytes bytes = bytes_of(thrown_by(f));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_THROW(std::rethrow_exception(error_from(std::span(bytes).first(size))), DecodeError);
  try {
    std::rethrow_exception(error_from(bytes));
  } catch (const E& error) {
    EXPECT_EQ(error.what(), what);
    const RemoteTrace* trace = remote_trace(error);
    ASSERT_NE(trace, nullptr);
    EXPECT_EQ(trace->process, "Worker-3");
    EXPECT_EQ(trace->pid, 17);
    look(error);
  } catch (const std::exception& error) {
    ADD_FAILURE() << "arrived as " << typeid(error).name() << ": " << error.what();
  }
}
template <class E>
void arrives_as_itself() {
  const auto make = [] {
    if constexpr (std::is_default_constructible_v<E>)
      return E();
    else
      return E("the text");
  };
  arrives<E>([&] { throw make(); }, make().what(), [](const E&) {});
}

TEST(Exception, ClassesOfStdArriveAsThemselves) {
  arrives_as_itself<std::logic_error>();
  arrives_as_itself<std::invalid_argument>();
  arrives_as_itself<std::domain_error>();
  arrives_as_itself<std::length_error>();
  arrives_as_itself<std::out_of_range>();
  arrives_as_itself<std::runtime_error>();
  arrives_as_itself<std::range_error>();
  arrives_as_itself<std::overflow_error>();
  arrives_as_itself<std::underflow_error>();
  arrives_as_itself<std::bad_alloc>();
  arrives_as_itself<std::bad_array_new_length>();
  arrives_as_itself<std::bad_cast>();
  arrives_as_itself<std::bad_any_cast>();
  arrives_as_itself<std::bad_typeid>();
  arrives_as_itself<std::bad_exception>();
  arrives_as_itself<std::bad_function_call>();
  arrives_as_itself<std::bad_weak_ptr>();
  arrives_as_itself<std::bad_optional_access>();
  arrives_as_itself<std::bad_variant_access>();
}

TEST(Exception, ClassesOfOursArriveAsThemselves) {
  arrives_as_itself<Error>();
  arrives_as_itself<UsageError>();
  arrives_as_itself<TimeoutError>();
  arrives_as_itself<cohort::Full>();
  arrives_as_itself<Empty>();
  arrives_as_itself<ShutDown>();
  arrives_as_itself<BrokenBarrierError>();
  arrives_as_itself<AuthenticationError>();
  arrives_as_itself<LockAbandoned>();
  arrives_as_itself<BufferTooShort>();
  arrives_as_itself<EndOfStream>();
  arrives_as_itself<Cancelled>();
  arrives_as_itself<RemoteError>();
  arrives_as_itself<DecodeError>();
}

struct BadRow : std::invalid_argument {
  BadRow(int row, std::string_view) : invalid_argument("row " + std::to_string(row)) {}
};
struct OwnText : std::bad_alloc {
  const char* what() const noexcept override { return "text of its own"; }
};

TEST(Exception, ClassesOfTheUserArriveAsTheNearestOfStd) {
  arrives<std::invalid_argument>(
      [] { throw BadRow(3, ""); }, "row 3",
      [](const auto& e) { EXPECT_NE(remote_trace(e)->type.find("BadRow"), std::string::npos); });
  arrives<std::bad_alloc>([] { throw OwnText(); }, "text of its own", [](const auto&) {});
}

TEST(Exception, CodesArrive) {
  const auto check = [](const std::system_error& e) { EXPECT_EQ(e.code(), std::errc::permission_denied); };
  const std::system_error denied(EACCES, std::generic_category(), "open");
  arrives<std::system_error>([&] { throw denied; }, denied.what(), check);
  arrives<std::future_error>([] { std::future<int>().get(); }, std::future_error(std::future_errc::no_state).what(),
                             [](const auto& e) { EXPECT_EQ(e.code(), std::future_errc::no_state); });
  arrives<std::ios_base::failure>(
      [] { std::ifstream().exceptions(std::ios::failbit), throw std::ios_base::failure("f"); },
      std::ios_base::failure("f").what(), [](const auto& e) { EXPECT_EQ(e.code(), std::io_errc::stream); });
}

TEST(Exception, StreamsOwnFailuresArriveAsSystemErrors) {
  const auto open = [] {
    std::ifstream file;
    file.exceptions(std::ios::failbit);
    file.open("/there is no such file");
  };
  arrives<std::ios_base::failure>(open, "basic_ios::clear: iostream error", [](const auto&) {});
}

TEST(Exception, PathsArrive) {
  const auto resize = [] { std::filesystem::resize_file("/there/is/none", 1); };
  const auto* text = "filesystem error: cannot resize file: No such file or directory [/there/is/none]";
  arrives<std::filesystem::filesystem_error>(resize, text, [](const auto& e) {
    EXPECT_EQ(e.path1(), "/there/is/none");
    EXPECT_EQ(e.code(), std::errc::no_such_file_or_directory);
  });
}

TEST(Exception, ExpressionsKeepTheirCode) {
  const std::string text = [] {
    try {
      return static_cast<void>(std::regex("[")), std::string();
    } catch (const std::regex_error& e) {
      return std::string(e.what());
    }
  }();
  arrives<std::regex_error>([] { static_cast<void>(std::regex("[")); }, text,
                            [](const auto& e) { EXPECT_EQ(e.code(), std::regex_constants::error_brack); });
}

struct OwnCategory : std::error_category {
  const char* name() const noexcept override { return "own"; }
  std::string message(int) const override { return "own message"; }
};

TEST(Exception, CodesOfUnknownCategoriesEqualNoOther) {
  const OwnCategory own;
  const std::system_error error(EIO, own, "x");
  arrives<std::system_error>([&] { throw error; }, "x: own message",
                             [](const auto& e) {
                               EXPECT_EQ(e.code().value(), EIO);
                               EXPECT_NE(e.code(), std::errc::io_error);
                             });
}

TEST(Exception, LostWorkersKeepTheirNumbers) {
  const WorkerLost lost(4711, -SIGKILL, 3);
  const auto check = [](const WorkerLost& e) {
    EXPECT_EQ(e.pid(), 4711);
    EXPECT_EQ(e.exitcode(), -SIGKILL);
    EXPECT_EQ(e.task(), 3U);
  };
  arrives<WorkerLost>([&] { throw lost; }, lost.what(), check);
  const TaskTimeout late(4711, -SIGKILL, 3, 1s);
  arrives<TaskTimeout>([&] { throw late; }, late.what(), check);
}

struct Bare : std::exception {
  const char* what() const noexcept override { return "bare"; }
};
struct Odd {};

TEST(Exception, WhatHasNoStdBaseArrivesAsRemoteError) {
  const auto type_is = [](std::string_view type) {
    return [=](const RemoteError& e) {
      EXPECT_NE(remote_trace(e)->type.find(type), std::string::npos) << remote_trace(e)->type;
    };
  };
  arrives<RemoteError>([] { throw Bare(); }, "bare", type_is("Bare"));
  arrives<RemoteError>([] { throw 7; }, "cohort: int was thrown: 7", type_is("int"));
  arrives<RemoteError>([] { throw "text"; }, "cohort: char const* was thrown: text", type_is("char const*"));
  arrives<RemoteError>([] { throw std::string("text"); }, "cohort: std::string was thrown: text",
                       type_is("std::string"));
  arrives<RemoteError>([] { throw Odd(); }, "cohort: cohort::test::(anonymous namespace)::Odd was thrown",
                       type_is("Odd"));
}

TEST(Exception, KeepsTheTraceOfItsBirth) {
  const std::exception_ptr once = error_from(bytes_of(thrown_by([] { throw BadRow(3, ""); })));
  const Bytes again = bytes_of(once);
  Reader reader{std::span<const std::byte>(again)};
  try {
    std::rethrow_exception(detail::decode_exception(reader, "MainProcess", 1));
  } catch (const std::invalid_argument& error) {
    const RemoteTrace* trace = remote_trace(error);
    ASSERT_NE(trace, nullptr);
    EXPECT_EQ(trace->process, "Worker-3");
    EXPECT_EQ(trace->pid, 17);
    EXPECT_NE(trace->type.find("BadRow"), std::string::npos);
  }
}

TEST(Exception, TextsHaveALimit) {
  const Bytes bytes = bytes_of(std::make_exception_ptr(std::runtime_error(std::string(10'000'000, 'x'))));
  EXPECT_LT(bytes.size(), 100'000U);
}

class Narrow final : public Writer {
 public:
  explicit Narrow(std::span<std::byte> memory) : Writer(memory.data(), memory.data() + memory.size()) {}

 private:
  void grow(std::size_t) override { throw std::bad_alloc(); }
};

TEST(Exception, IsCutWhereThereIsNoRoom) {
  std::array<std::byte, 100> memory{};
  Narrow writer(memory);
  detail::encode_exception(writer, std::make_exception_ptr(std::runtime_error(std::string(1000, 'x'))));
  EXPECT_THROW(std::rethrow_exception(error_from(std::span(memory).first(writer.size()))), RemoteError);
  std::array<std::byte, 10> less{};
  Narrow least(less);
  EXPECT_THROW(detail::encode_exception(least, std::make_exception_ptr(1)), std::bad_alloc);
}

TEST(Exception, NoiseIsAnErrorToo) {
  auto random = random_engine();
  for (int run = 0; run < 20'000; ++run) {
    Bytes noise(random() % 100);
    for (auto& byte : noise) byte = static_cast<std::byte>(random() % 50);
    EXPECT_NE(error_from(noise), nullptr);
  }
}

}  // namespace
}  // namespace cohort::test
