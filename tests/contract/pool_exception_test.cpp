// tests/contract/pool_exception_test.cpp                      SPDX-License-Identifier: MIT
#include "contract/contract.hpp"

#include <any>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <future>
#include <ios>
#include <memory>
#include <new>
#include <optional>
#include <ranges>
#include <regex>
#include <string>
#include <system_error>
#include <typeinfo>
#include <variant>
#include <vector>

namespace cohort::test {
namespace {

struct ParseError : std::invalid_argument {
  int line;
  explicit ParseError(int at) : invalid_argument("parse error in line " + std::to_string(at)), line(at) {}
};
struct OddConstructor : std::runtime_error {
  OddConstructor(int, const char*, std::vector<int>) : runtime_error("odd constructor") {}
};
struct Plain : std::exception {
  const char* what() const noexcept override { return "plain"; }
};
struct NoStandardType {
  int x;
};

// Runs the thrower in a worker; it must be caught here as an E, with the text, and with the story of where it came
// from.
template <class E, class F>
void arrives(F thrower, std::string_view text) {
  SCOPED_TRACE(typeid(E).name());
  Pool pool(1);
  const auto result = pool.apply_async(thrower);
  test::expect_throw<E>(
      __FILE__, __LINE__, [&] { (void)result.get(); }, {text},
      [&](const E& e) {
        if (inline_workers()) return;
        const RemoteTrace* trace = remote_trace(e);
        ASSERT_NE(trace, nullptr);
        EXPECT_NE(trace->type, "");
        EXPECT_EQ(trace->pid, pool.apply(own_pid));
        EXPECT_EQ(trace->process, pool.workers().at(0).name());
      });
}

TEST(PoolException, LogicErrorsArriveAsThemselves) {
  arrives<std::logic_error>([] { throw std::logic_error("l1"); }, "l1");
  arrives<std::domain_error>([] { throw std::domain_error("l2"); }, "l2");
  arrives<std::invalid_argument>([] { throw std::invalid_argument("l3"); }, "l3");
  arrives<std::length_error>([] { throw std::length_error("l4"); }, "l4");
  arrives<std::out_of_range>([] { throw std::out_of_range("l5"); }, "l5");
  arrives<std::out_of_range>([] { return std::vector<int>{}.at(3); }, "range");
}

TEST(PoolException, RuntimeErrorsArriveAsThemselves) {
  arrives<std::runtime_error>([] { throw std::runtime_error("r1"); }, "r1");
  arrives<std::range_error>([] { throw std::range_error("r2"); }, "r2");
  arrives<std::overflow_error>([] { throw std::overflow_error("r3"); }, "r3");
  arrives<std::underflow_error>([] { throw std::underflow_error("r4"); }, "r4");
}

TEST(PoolException, OthersOfTheStandardArriveAsThemselves) {
  arrives<std::bad_alloc>([] { throw std::bad_alloc(); }, "");
  arrives<std::bad_array_new_length>([] { throw std::bad_array_new_length(); }, "");
  arrives<std::bad_cast>([] { throw std::bad_cast(); }, "");
  arrives<std::bad_typeid>([] { throw std::bad_typeid(); }, "");
  arrives<std::bad_exception>([] { throw std::bad_exception(); }, "");
  arrives<std::bad_weak_ptr>([] { throw std::bad_weak_ptr(); }, "");
  arrives<std::bad_function_call>([] { std::function<void()>()(); }, "");
  arrives<std::bad_optional_access>([] { return std::optional<int>{}.value(); }, "");
  arrives<std::bad_variant_access>([] { return std::get<1>(std::variant<int, char>(1)); }, "");
  arrives<std::bad_any_cast>([] { return std::any_cast<int>(std::any('c')); }, "");
  arrives<std::exception>([] { throw std::exception(); }, "");
}

TEST(PoolException, ABadAllocOfAHugeVectorArrives) {
  arrives<std::bad_alloc>([] { return std::vector<char>(std::size_t{1} << 60).size(); }, "");
}

TEST(PoolException, ErrorCodesArriveWithTheirNumber) {
  Pool pool(1);
  test::expect_throw<std::system_error>(
      __FILE__, __LINE__,
      [&] { pool.apply([] { throw std::system_error(ENOENT, std::generic_category(), "opening x"); }); }, {"opening x"},
      [](const std::system_error& e) {
        EXPECT_EQ(e.code(), std::errc::no_such_file_or_directory);
        EXPECT_EQ(e.code().value(), ENOENT);
        EXPECT_EQ(e.code().category(), std::generic_category());
        EXPECT_EQ(std::string(e.what()).find("opening x: "), 0u) << "the text of the code is there once: " << e.what();
      });
  test::expect_throw<std::system_error>(
      __FILE__, __LINE__, [&] { pool.apply([] { throw std::system_error(EAGAIN, std::system_category()); }); }, {},
      [](const std::system_error& e) { EXPECT_EQ(e.code(), std::error_code(EAGAIN, std::system_category())); });
}

TEST(PoolException, SystemErrorsOfLibrariesArriveAtLeastAsSystemErrors) {
  arrives<std::system_error>([] { (void)std::filesystem::file_size("/no/such/file"); }, "/no/such/file");
  arrives<std::system_error>([] { throw std::ios_base::failure("stream"); }, "stream");
  arrives<std::logic_error>([] { throw std::future_error(std::future_errc::broken_promise); }, "");
  arrives<std::runtime_error>([] { return std::regex("(").mark_count(); }, "");
}

TEST(PoolException, OnesOwnArriveAsTheirNearestStandardBase) {
  arrives<std::invalid_argument>([] { throw ParseError(3); }, "parse error in line 3");
  arrives<std::runtime_error>([] { throw OddConstructor(1, "", {}); }, "odd constructor");
  arrives<std::exception>([] { throw Plain(); }, "plain");
}

TEST(PoolException, TheTraceNamesTheTypeThatWasThrown) {
  COHORT_NEEDS_WORKERS();
  Pool pool(1);
  test::expect_throw<std::invalid_argument>(
      __FILE__, __LINE__, [&] { pool.apply([] { throw ParseError(1); }); }, {},
      [](const std::invalid_argument& e) {
        ASSERT_NE(remote_trace(e), nullptr);
        EXPECT_NE(remote_trace(e)->type.find("ParseError"), std::string::npos) << remote_trace(e)->type;
      });
  test::expect_throw<std::out_of_range>(
      __FILE__, __LINE__, [&] { pool.apply([] { throw std::out_of_range("x"); }); }, {},
      [](const std::out_of_range& e) {
        ASSERT_NE(remote_trace(e), nullptr);
        EXPECT_EQ(remote_trace(e)->type, "std::out_of_range");
      });
}

TEST(PoolException, ErrorsBornHereHaveNoTrace) {
  EXPECT_EQ(remote_trace(std::runtime_error("here")), nullptr);
  EXPECT_EQ(remote_trace(UsageError("here")), nullptr);
}

TEST(PoolException, WhatHasNoStandardTypeIsARemoteError) {
  COHORT_NEEDS_WORKERS();
  arrives<RemoteError>([] { throw 42; }, "int");
  arrives<RemoteError>([] { throw NoStandardType{1}; }, "NoStandardType");
  arrives<RemoteError>([] { throw "text"; }, "char");
  arrives<RemoteError>([] { throw std::string("text"); }, "string");
}

TEST(PoolException, OurOwnErrorsArriveAsThemselves) {
  arrives<TimeoutError>([] { throw TimeoutError("t1"); }, "t1");
  arrives<UsageError>([] { throw UsageError("u1"); }, "u1");
  arrives<Cancelled>([] { throw Cancelled("c1"); }, "c1");
  arrives<Error>([] { throw Error("e1"); }, "e1");
}

TEST(PoolException, AnEmptyAndAVeryLongText) {
  arrives<std::runtime_error>([] { throw std::runtime_error(""); }, "");
  Pool pool(1);
  test::expect_throw<std::runtime_error>(
      __FILE__, __LINE__, [&] { pool.apply([] { throw std::runtime_error(std::string(1'000'000, 'e')); }); }, {"eeeee"},
      [](const std::runtime_error& e) {
        EXPECT_GE(std::string_view(e.what()).size(), 1000u) << "cut perhaps, but not to nothing";
      });
}

TEST(PoolException, OneInManyItemsIsFoundByItsText) {
  Pool pool(2);
  COHORT_EXPECT_THROW(std::invalid_argument,
                      pool.map(odd_throws, std::views::iota(0, 10'000) |
                                               std::views::filter([](int i) { return i % 2 == 0 || i == 7777; })),
                      "odd: 7777");
}

TEST(PoolException, AThousandOfThemLeaveNothing) {
  Pool pool(2);
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(pool.apply_async(odd_throws, 1).outcome());
}

}  // namespace
}  // namespace cohort::test
