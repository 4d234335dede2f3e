// tests/unit/codec/plain_test.cpp                      SPDX-License-Identifier: MIT
#include "trip.hpp"

#include <cohort/detail/codec/plain.hpp>
#include <cohort/handle.hpp>

#include <array>
#include <bitset>
#include <chrono>
#include <complex>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace cohort::test {
namespace {

using detail::is_plain;

enum class Colour : std::uint8_t { red, green };
struct Point {
  float x, y, z;
  friend bool operator==(const Point&, const Point&) = default;
};
struct Row {
  int numbers[2][3];
  Point points[2];
  std::pair<char, double> pair;
};
struct Name {
  const char* text;
  int size;
};
struct Fixed {
  const int x;
};
struct Ticket : HandleTag {};
class Hidden {
 public:
  int x() const { return x_; }

 private:
  int x_ = 0;
};

TEST(IsPlain, IsWhatIsKnownToBeItsBytes) {
  static_assert(is_plain<bool> && is_plain<char> && is_plain<long double> && is_plain<std::byte> && is_plain<Colour>);
  static_assert(is_plain<Point> && is_plain<Row> && is_plain<int[3][4]> && is_plain<std::array<Point, 3>>);
  static_assert(is_plain<std::pair<int, double>> && is_plain<std::tuple<int, Point, bool>>);
  static_assert(is_plain<std::complex<float>> && is_plain<std::bitset<70>> && is_plain<std::monostate>);
  static_assert(is_plain<std::chrono::milliseconds> && is_plain<std::chrono::system_clock::time_point>);
  static_assert(is_plain<std::chrono::year_month_day>);
  SUCCEED();
}

TEST(IsPlain, IsNotWhatIsTriviallyCopyableOnly) {
  static_assert(std::is_trivially_copyable_v<std::string_view> && !is_plain<std::string_view>);
  static_assert(std::is_trivially_copyable_v<Name> && !is_plain<Name> && !is_plain<std::array<Name, 2>>);
  static_assert(std::is_trivially_copyable_v<std::span<int>> && !is_plain<std::span<int>>);
  static_assert(std::is_trivially_copyable_v<std::reference_wrapper<int>> && !is_plain<std::reference_wrapper<int>>);
  static_assert(std::is_trivially_copyable_v<std::error_code> && !is_plain<std::error_code>);
  static_assert(std::is_trivially_copyable_v<Hidden> && !is_plain<Hidden>);
  static_assert(std::is_trivially_copyable_v<std::vector<int>::iterator> && !is_plain<std::vector<int>::iterator>);
  static_assert(!is_plain<int*> && !is_plain<int&> && !is_plain<int (*)()> && !is_plain<int Point::*>);
  static_assert(!is_plain<Ticket> && !is_plain<Fixed>);
  SUCCEED();
}

TEST(IsPlain, IsNotWhatMakesAChoice) {
  static_assert(!is_plain<std::optional<int>> && !is_plain<std::variant<int, char>>);
  SUCCEED();
}

struct Flags {
  int number;
  bool one;
  bool row[2];
  std::tuple<char, bool> tuple;
  std::bitset<3> bits;
  bool narrow : 1;
};

TEST(Settle, MakesValidWhatArrivesFromStrangers) {
  static_assert(is_plain<Flags> && detail::needs_settling<Flags> && !detail::needs_settling<Point>);
  const Bytes noise(sizeof(Flags), std::byte{0xff});
  const auto flags = decoded<Flags>(noise);
  const auto raw = [](const bool& b) { return reinterpret_cast<const unsigned char&>(b); };
  EXPECT_EQ(flags.number, -1);
  EXPECT_EQ(raw(flags.one), 1);
  EXPECT_EQ(raw(flags.row[0]), 1);
  EXPECT_EQ(raw(flags.row[1]), 1);
  EXPECT_EQ(raw(std::get<1>(flags.tuple)), 1);
  EXPECT_EQ(flags.bits.count(), 3U);
  EXPECT_TRUE(flags.narrow);
}

TEST(Settle, ReachesElementsOfRows) {
  Bytes bytes = encoded(std::vector<std::pair<bool, bool>>{{true, false}});
  bytes.back() = std::byte{0x80};
  const auto row = decoded<std::vector<std::pair<bool, bool>>>(bytes);
  EXPECT_EQ(reinterpret_cast<const unsigned char&>(row.at(0).second), 1);
  EXPECT_TRUE(decoded<bool>(Bytes{std::byte{2}}));
}

struct Defaults {
  int x = next();
  Point p{1, 2, 3};
  static int next() { return ++made; }
  static inline int made = 0;
};

TEST(Plain, DecodesWithoutRunningInitializers) {
  static_assert(is_plain<Defaults>);
  const Defaults value{};
  const int before = Defaults::made;
  EXPECT_EQ(trip(value).p, value.p);
  EXPECT_EQ(Defaults::made, before);
}

}  // namespace
}  // namespace cohort::test
