// tests/unit/codec/crosses_test.cpp                      SPDX-License-Identifier: MIT
#include "trip.hpp"

#include <any>
#include <atomic>
#include <functional>
#include <initializer_list>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <ranges>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace shop {

// A class that hides its members and says itself how it travels.
class Money {
 public:
  explicit Money(long cents) : cents_(cents) {}
  long cents() const { return cents_; }
  friend bool operator==(const Money&, const Money&) = default;
  friend auto operator<=>(const Money&, const Money&) = default;

 private:
  long cents_;
};
void cohort_encode(cohort::Writer& writer, const Money& money) { cohort::encode(writer, money.cents()); }
Money cohort_decode(cohort::Reader& reader, std::type_identity<Money>) { return Money(cohort::decode<long>(reader)); }

// A template of the same kind, found by template functions.
template <class T>
class Box {
 public:
  explicit Box(T value) : value_(std::move(value)) {}
  const T& get() const { return value_; }

 private:
  T value_;
};
template <class T>
void cohort_encode(cohort::Writer& writer, const Box<T>& box) {
  cohort::encode(writer, box.get());
}
template <class T>
Box<T> cohort_decode(cohort::Reader& reader, std::type_identity<Box<T>>) {
  return Box<T>(cohort::decode<T>(reader));
}

// Writes nothing, for there is only one of it.
class Unit {
 public:
  static Unit make() { return Unit(1); }

 private:
  explicit Unit(int) {}
  [[maybe_unused]] int nothing_ = 0;
};
void cohort_encode(cohort::Writer&, const Unit&) {}
Unit cohort_decode(cohort::Reader&, std::type_identity<Unit>) { return Unit::make(); }

class Half {
 public:
  int x() const { return x_; }

 private:
  int x_ = 0;
};
void cohort_encode(cohort::Writer&, const Half&) {}

class Colour {
 public:
  Colour() = default;
  explicit Colour(unsigned rgb) : rgb_(rgb) {}
  unsigned rgb() const { return rgb_; }

 private:
  unsigned rgb_ = 0;
};

template <class T>
class Row : public std::vector<T> {
 public:
  using std::vector<T>::vector;
};

struct Ticket : cohort::HandleTag {
  int number = 0;
};
void cohort_attach(cohort::Writer& writer, const Ticket& ticket) { writer.put_plain(ticket.number); }
Ticket cohort_detach(cohort::Reader& reader, std::type_identity<Ticket>) { return {{}, reader.get_plain<int>()}; }

struct Bench : cohort::HandleTag {
  int* begin() const { return nullptr; }  // a handle that looks like a range
  int* end() const { return nullptr; }
};

}  // namespace shop

template <>
inline constexpr bool cohort::by_bytes<shop::Colour> = true;
template <class T>
inline constexpr bool cohort::by_elements<shop::Row<T>> = true;

namespace cohort::test {
namespace {

using shop::Money;

TEST(Custom, ClassesSayThemselvesHowTheyTravel) {
  EXPECT_EQ(trip(Money(5)).cents(), 5);
  EXPECT_EQ(trip(std::vector{Money(1), Money(2)}).at(1), Money(2));
  EXPECT_EQ(trip(std::map<Money, std::string>{{Money(1), "a"}}).at(Money(1)), "a");
  EXPECT_EQ(trip(shop::Box<std::string>("boxed")).get(), "boxed");
}

struct Order {
  Money total;
  std::string name;
  shop::Colour colour;
};

TEST(Custom, MayBeMembers) {
  static_assert(!detail::is_plain<Order>);
  const Order order = trip(Order{Money(7), "x", shop::Colour(9)});
  EXPECT_EQ(order.total, Money(7));
  EXPECT_EQ(order.colour.rgb(), 9U);
}

TEST(Custom, ThatWriteNothingStillTakeAByte) { EXPECT_EQ(trip(std::vector(3, shop::Unit::make())).size(), 3U); }

TEST(ByBytes, TakesTheAuthorsWord) {
  static_assert(detail::is_plain<shop::Colour>);
  EXPECT_EQ(trip(shop::Colour(7)).rgb(), 7U);
}

TEST(ByElements, TakesAContainerOfAnotherMake) {
  static_assert(!crosses<shop::Row<int*>>);
  EXPECT_EQ(trip(shop::Row<std::string>{"a", "b"}).at(1), "b");
  EXPECT_EQ(trip(shop::Row<int>{1, 2}).size(), 2U);
}

TEST(Handles, TravelBySeamOfTheirOwn) {
  shop::Ticket ticket;
  ticket.number = 7;
  EXPECT_EQ(trip(ticket).number, 7);
  static_assert(crosses<shop::Ticket> && !crosses<shop::Bench>);
}

struct Row {
  std::vector<std::pair<int, const char*>> names;
};
struct Holder {
  std::string_view view;
};
struct Base {
  int x;
};
struct Derived : Base {
  int y;
};
struct Polymorphic {
  virtual ~Polymorphic() = default;
};
union Union {
  int i;
  float f;
};
struct StatefulOrder {
  int state;
  bool operator()(int a, int b) const { return a < b; }
};

TEST(Crosses, PointersAndViewsDoNot) {
  static_assert(!crosses<int*> && !crosses<const char*> && !crosses<void*> && !crosses<Row> && !crosses<Holder>);
  static_assert(!crosses<std::string_view> && !crosses<std::span<int>> && !crosses<std::reference_wrapper<int>>);
  static_assert(!crosses<std::initializer_list<int>> && !crosses<std::vector<int>::iterator>);
  static_assert(!crosses<std::list<int>::const_iterator> && !crosses<std::ranges::ref_view<std::vector<int>>>);
  static_assert(!crosses<std::vector<std::string_view>> && !crosses<std::optional<int*>> &&
                !crosses<std::map<int, int*>>);
  static_assert(!crosses<int Base::*> && !crosses<int (Polymorphic::*)()>);
  SUCCEED();
}

TEST(Crosses, WhatHidesItsContentsDoesNot) {
  static_assert(!crosses<std::function<void()>> && !crosses<std::any> && !crosses<std::weak_ptr<int>>);
  static_assert(!crosses<std::mutex> && !crosses<std::atomic<int>> && !crosses<std::thread> &&
                !crosses<std::thread::id>);
  static_assert(!crosses<Derived> && !crosses<Polymorphic> && !crosses<Union> && !crosses<shop::Half> &&
                !crosses<void>);
  static_assert(!crosses<std::unique_ptr<Polymorphic>> && !crosses<std::unique_ptr<int[]>> &&
                !crosses<std::shared_ptr<void>>);
  static_assert(!crosses<std::unique_ptr<int, void (*)(int*)>> && !crosses<std::set<int, StatefulOrder>>);
  const auto lambda = [captured = 1] { return captured; };
  static_assert(!crosses<decltype(lambda)>);
  SUCCEED();
}

TEST(Crosses, FunctionsAndCapturelessLambdasDo) {
  const auto lambda = [](int x) { return x + 1; };
  static_assert(crosses<decltype(lambda)> && crosses<int (*)(int)>);
  EXPECT_EQ(trip(lambda)(1), 2);
  EXPECT_EQ(trip(static_cast<int (*)(int)>(lambda))(1), 2);
  EXPECT_EQ(trip(static_cast<int (*)(int)>(nullptr)), nullptr);
}

}  // namespace
}  // namespace cohort::test
