// tests/unit/codec/callable_test.cpp                      SPDX-License-Identifier: MIT
#include "trip.hpp"

#include "support/throws.hpp"

#include <cohort/by_copy.hpp>
#include <cohort/detail/codec/callable.hpp>
#include <cohort/partial.hpp>

#include <cstring>
#include <functional>
#include <string>

namespace cohort::test {
namespace {

using detail::BufferWriter;
using detail::decode_callable;
using detail::encode_callable;

template <class F>
Bytes callable_bytes(const F& f) {
  BufferWriter writer;
  encode_callable(writer, f);
  return {writer.bytes().begin(), writer.bytes().end()};
}
template <class F>
F callable_from(const Bytes& bytes) {
  Reader reader{std::span<const std::byte>(bytes)};
  return decode_callable<F>(reader);
}
template <class F>
F trip_callable(const F& f) {
  const Bytes bytes = callable_bytes(f);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_THROW(callable_from<F>(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size))),
                 DecodeError);
  return callable_from<F>(bytes);
}

int square(int x) { return x * x; }

struct Scale {
  int factor;
  std::string unit;
  std::string operator()(int x) const { return std::to_string(x * factor) + unit; }
};
struct Stateless {
  int operator()(int x) const { return x + 2; }
};

TEST(Callable, FunctionsCross) {
  EXPECT_EQ(trip_callable(&square)(7), 49);
  EXPECT_EQ(trip_callable(&std::strlen)("four"), 4U);
}

TEST(Callable, WhatHasNoStateCostsNothing) {
  const auto lambda = [](int x) { return x + 1; };
  EXPECT_TRUE(callable_bytes(lambda).empty());
  EXPECT_TRUE(callable_bytes(Stateless{}).empty());
  EXPECT_TRUE(callable_bytes(std::plus<>()).empty());
  EXPECT_EQ(trip_callable(lambda)(7), 8);
  EXPECT_EQ(trip_callable(Stateless{})(7), 9);
}

TEST(Callable, FunctorsCrossWithTheirState) { EXPECT_EQ(trip_callable(Scale{3, "m"})(7), "21m"); }

TEST(Callable, NullPointersAreRefused) {
  EXPECT_THROW(callable_bytes(static_cast<int (*)(int)>(nullptr)), UsageError);
  EXPECT_THROW(callable_bytes(static_cast<int Scale::*>(nullptr)), UsageError);
  EXPECT_THROW(callable_bytes(static_cast<int (Scale::*)()>(nullptr)), UsageError);
}

TEST(ByCopy, CarriesCapturesAsBytes) {
  EXPECT_EQ(trip_callable(by_copy([k = 5, d = 0.5](int x) { return k * x * d; }))(4), 10);
  int count = 0;
  auto counting = trip_callable(by_copy([count]() mutable { return ++count; }));
  counting();
  EXPECT_EQ(counting(), 2);
}

// ------------------------------------------------------------------ members

struct First {
  virtual ~First() = default;
  int first = 1;
};
struct Second {
  virtual ~Second() = default;
  virtual int name() const { return 2; }
  int plain() const { return second; }
  int second = 22;
};
struct Both : First, Second {
  int name() const override { return 3; }
};

TEST(MemberPointer, DataAndFunctionsCross) {
  const Scale scale{3, "m"};
  EXPECT_EQ(std::invoke(trip_callable(&Scale::factor), scale), 3);
  EXPECT_EQ(std::invoke(trip_callable(&Scale::operator()), scale, 2), "6m");
}

TEST(MemberPointer, VirtualFunctionsCross) {
  const Both both;
  EXPECT_EQ(std::invoke(trip_callable(&Second::name), both), 3);
  EXPECT_EQ(std::invoke(trip_callable(&Both::name), both), 3);
}

TEST(MemberPointer, FunctionsOfASecondBaseCross) {
  int (Both::*pointer)() const = &Second::plain;  // moves `this`
  EXPECT_EQ(std::invoke(trip_callable(pointer), Both{}), 22);
}

TEST(MemberPointer, OffsetsOutsideTheClassAreRefused) {
  for (const std::ptrdiff_t offset : {std::ptrdiff_t{-1}, std::ptrdiff_t{sizeof(Scale)}, std::ptrdiff_t{1} << 40}) {
    BufferWriter writer;
    writer.put_plain(offset);
    Reader reader(writer.bytes());
    EXPECT_THROW(decode_callable<int Scale::*>(reader), DecodeError);
  }
}

template <class P>
void expect_refused(std::uint8_t indirect, std::uint64_t address, std::ptrdiff_t adjust) {
  BufferWriter writer;
  writer.put_plain(indirect);
  writer.put_plain(address);
  writer.put_plain(adjust);
  Reader reader(writer.bytes());
  EXPECT_THROW(decode_callable<P>(reader), DecodeError);
}

TEST(MemberPointer, OddFunctionsAreRefused) {
  using InPlain = int (Scale::*)() const;
  using InVirtual = int (Second::*)() const;
  const auto good = detail::encode_function(reinterpret_cast<const void*>(&square));
  expect_refused<InPlain>(0, 0, 0);
  expect_refused<InPlain>(0, good + 1, 0);
  expect_refused<InPlain>(0, good, 1000);
  expect_refused<InPlain>(0, good, -8);
  expect_refused<InPlain>(1, 1, 0);  // no table in this class
  expect_refused<InPlain>(2, good, 0);
  expect_refused<InVirtual>(1, 1U << 20 | 1, 0);  // beyond any table
  expect_refused<InVirtual>(1, 4 | 1, 0);         // between two entries
}

// ------------------------------------------------------------------ partial

int add3(int a, int b, int c) { return a * 100 + b * 10 + c; }
std::string text_of(const char* text, int n) { return text + std::to_string(n); }

TEST(Partial, GivesItsValuesFirst) {
  EXPECT_EQ(partial(add3, 1, 2)(3), 123);
  EXPECT_EQ(partial(partial(add3, 1), 2)(3), 123);
  EXPECT_EQ(partial(&Scale::operator(), Scale{3, "m"})(2), "6m");
  EXPECT_EQ(partial([] { return 7; })(), 7);
}

TEST(Partial, MayBeCalledAgain) {
  auto join = partial([](std::string a, const std::string& b) { return a + b; }, "long enough to be moved: ");
  EXPECT_EQ(join(std::string("x")), join(std::string("x")));
  auto take = partial([](std::string&& a) { return std::move(a); }, "taken");
  EXPECT_EQ(take(), "taken");
  EXPECT_EQ(take(), "taken");
}

TEST(Partial, HandsOutNoCopyWhereConstWillDo) {
  const std::vector<int> big(1000);
  auto where = partial(
      [](const std::vector<int>& v) { return v.data() == nullptr ? 0 : reinterpret_cast<std::uintptr_t>(v.data()); },
      big);
  EXPECT_EQ(where(), where());
  EXPECT_EQ(where(), reinterpret_cast<std::uintptr_t>(std::get<0>(where.bound).data()));
}

TEST(Partial, KnowsOldFunctions) {
  auto text = partial(text_of, "n = ");
  static_assert(std::same_as<decltype(text.bound), std::tuple<std::string>>);
  EXPECT_EQ(text(7), "n = 7");
}

TEST(Partial, MovesOutWhatCannotBeCopied) {
  auto take = partial([](std::unique_ptr<int> p) { return p ? *p : 0; }, std::make_unique<int>(3));
  EXPECT_EQ(take(), 3);
  EXPECT_EQ(take(), 0);
}

TEST(Partial, Crosses) {
  EXPECT_EQ(trip_callable(partial(add3, 1, 2))(3), 123);
  EXPECT_EQ(trip_callable(partial(&Scale::operator(), Scale{3, "m"}))(2), "6m");
  EXPECT_EQ(trip_callable(partial(partial(text_of, "n = "), 7))(), "n = 7");
  EXPECT_EQ(trip(partial([](int a, int b) { return a - b; }, 10))(3), 7);
  EXPECT_EQ(trip_callable(partial([] { return 7; }))(), 7);
}

struct Ticket : HandleTag {
  mutable int punched = 0;
};
void cohort_attach(Writer& writer, const Ticket& ticket) { writer.put_plain(ticket.punched); }
Ticket cohort_detach(Reader& reader, std::type_identity<Ticket>) {
  Ticket ticket;
  ticket.punched = reader.get_plain<int>();
  return ticket;
}

TEST(Partial, GivesHandlesAsTheyAre) {
  auto punch = partial([](Ticket& ticket) { return ++ticket.punched; }, Ticket{});
  punch();
  EXPECT_EQ(punch(), 2);
  EXPECT_EQ(trip_callable(punch)(), 3);
}

}  // namespace
}  // namespace cohort::test
