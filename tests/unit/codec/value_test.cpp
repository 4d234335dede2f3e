// tests/unit/codec/value_test.cpp                      SPDX-License-Identifier: MIT
#include "trip.hpp"

#include <array>
#include <bitset>
#include <chrono>
#include <complex>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <forward_list>
#include <future>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <memory_resource>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

// There and back again, for everything that docs/codec.md says crosses.
namespace cohort::test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

enum class Colour { red, green = 1000 };
enum Old { kOld = 3 };

struct Point {
  int x = 0;
  int y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};
struct Person {
  std::string name;
  std::optional<std::string> mail;
  Point at;
  friend bool operator==(const Person&, const Person&) = default;
};

TEST(Value, Arithmetic) {
  EXPECT_TRIP(true);
  EXPECT_TRIP('x');
  EXPECT_TRIP(u8'x');
  EXPECT_TRIP(L'x');
  EXPECT_TRIP(std::numeric_limits<std::int8_t>::min());
  EXPECT_TRIP(std::numeric_limits<std::uint64_t>::max());
  EXPECT_TRIP(std::numeric_limits<double>::infinity());
  EXPECT_TRIP(1.25F);
  EXPECT_TRIP(1.25L);
  EXPECT_TRIP(std::byte{7});
  EXPECT_TRIP(Colour::green);
  EXPECT_TRIP(kOld);
  EXPECT_TRIP(nullptr);
}

TEST(Value, Strings) {
  EXPECT_TRIP(""s);
  EXPECT_TRIP("text"s);
  EXPECT_TRIP("with\0zero"s);
  EXPECT_TRIP(std::string(254, 'x'));
  EXPECT_TRIP(std::string(255, 'x'));
  EXPECT_TRIP(std::string(100'000, 'x'));
  EXPECT_TRIP(L"wide"s);
  EXPECT_TRIP(u8"eight"s);
  EXPECT_TRIP(u"sixteen"s);
  EXPECT_TRIP(U"thirty-two, long enough to be aligned"s);
  EXPECT_TRIP(std::pmr::string("pmr"));
}

TEST(Value, PlainRows) {
  EXPECT_TRIP(std::vector<int>{});
  EXPECT_TRIP(std::vector<int>{1, 2, 3});
  EXPECT_TRIP(std::vector<double>(1000, 1.5));
  EXPECT_TRIP(std::vector<Point>(100, Point{1, 2}));
  EXPECT_TRIP(std::vector<std::pair<char, double>>(50, {'a', 2.0}));
  EXPECT_TRIP(std::vector<std::tuple<int, bool>>(50, {3, true}));
  EXPECT_TRIP(std::vector<Colour>{Colour::red, Colour::green});
  EXPECT_TRIP(std::vector<long double>(40, 1.0L));
  EXPECT_TRIP(std::pair(std::string("shifts what follows"), std::vector<double>(100, 2.5)));
  EXPECT_TRIP(std::deque<short>{1, 2, 3});
  EXPECT_TRIP(std::list<int>{1, 2, 3});
  EXPECT_TRIP(std::forward_list<int>{1, 2, 3});
  EXPECT_TRIP(std::array<int, 3>{1, 2, 3});
  EXPECT_TRIP(std::array<int, 0>{});
}

TEST(Value, RowsOfRows) {
  EXPECT_TRIP(std::vector<std::string>{"a", "", std::string(1000, 'b')});
  EXPECT_TRIP(std::vector<std::vector<std::vector<int>>>{{{1}, {}}, {}, {{2, 3}}});
  EXPECT_TRIP(std::deque<std::string>{"a", "b"});
  EXPECT_TRIP(std::list<std::string>{"a", "b"});
  EXPECT_TRIP(std::forward_list<std::string>{"a", "b"});
  EXPECT_TRIP(std::array<std::string, 2>{"a", "b"});
  EXPECT_TRIP(std::array<std::string, 0>{});
  EXPECT_TRIP(std::vector<std::monostate>(5));
  EXPECT_TRIP(std::vector<std::optional<int>>{1, std::nullopt, 3});
}

TEST(Value, Bits) {
  for (const std::size_t size : {0U, 1U, 7U, 8U, 9U, 300U}) {
    std::vector<bool> bits(size);
    for (std::size_t i = 0; i < size; i += 3) bits[i] = true;
    EXPECT_TRIP(bits);
  }
  EXPECT_TRIP(std::bitset<70>(0x123456789U));
  EXPECT_TRIP(std::vector<std::vector<bool>>{{true}, {}, {false, true}});
}

TEST(Value, SetsAndMaps) {
  EXPECT_TRIP(std::set<int>{3, 1, 2});
  EXPECT_TRIP(std::set<std::string, std::greater<>>{"a", "b"});
  EXPECT_TRIP(std::multiset<int>{1, 1, 2});
  EXPECT_TRIP(std::map<std::string, Person>{{"a", {"Ann", "ann@x", {1, 2}}}, {"b", {}}});
  EXPECT_TRIP(std::multimap<int, std::string>{{1, "a"}, {1, "b"}});
  EXPECT_TRIP(std::unordered_set<std::string>{"a", "b", "c"});
  EXPECT_TRIP(std::unordered_multiset<int>{1, 1, 2});
  EXPECT_TRIP(std::unordered_map<int, double>{{1, 1.5}, {2, 2.5}});
  EXPECT_TRIP(std::unordered_multimap<int, int>{{1, 1}, {1, 1}});
  EXPECT_TRIP(std::map<int, std::map<int, std::vector<int>>>{{1, {{2, {3}}}}});
}

TEST(Value, Products) {
  EXPECT_TRIP(std::pair(1, 2.5));
  EXPECT_TRIP(std::pair("a"s, 1));
  EXPECT_TRIP(std::tuple(1, "a"s, 2.5));
  EXPECT_TRIP(std::tuple<>());
  EXPECT_TRIP(std::tuple(std::tuple("nested"s)));
  EXPECT_TRIP(std::pair<const int, std::string>(1, "a"));
  EXPECT_TRIP(std::complex<double>(1, -1));
}

TEST(Value, Sums) {
  EXPECT_TRIP(std::optional<int>());
  EXPECT_TRIP(std::optional(7));
  EXPECT_TRIP(std::optional<std::optional<std::string>>(std::optional<std::string>()));
  EXPECT_TRIP(std::monostate());
  using Variant = std::variant<std::monostate, int, std::string, std::vector<int>>;
  EXPECT_TRIP(Variant());
  EXPECT_TRIP(Variant(7));
  EXPECT_TRIP(Variant("text"));
  EXPECT_TRIP(Variant(std::vector{1, 2}));
  EXPECT_TRIP(std::variant<int, int>(std::in_place_index<1>, 3));
}

TEST(Value, Owners) {
  EXPECT_EQ(trip(std::unique_ptr<int>()), nullptr);
  EXPECT_EQ(*trip(std::make_unique<std::string>("owned")), "owned");
  EXPECT_EQ(*trip(std::make_unique<const Person>(Person{"a", {}, {}})), (Person{"a", {}, {}}));
  EXPECT_EQ(*trip(std::make_shared<int>(7)), 7);
  EXPECT_EQ(trip(std::shared_ptr<const std::string>()), nullptr);
}

TEST(Value, TwoOwnersOfOneArriveAsTwo) {
  const auto one = std::make_shared<int>(7);
  const auto [a, b] = trip(std::pair(one, one));
  EXPECT_EQ(*a, *b);
  EXPECT_NE(a, b);
}

TEST(Value, Times) {
  EXPECT_TRIP(1500ms);
  EXPECT_TRIP(std::chrono::duration<double, std::ratio<3600>>(1.5));
  EXPECT_TRIP(std::chrono::system_clock::now());
  EXPECT_TRIP(std::chrono::steady_clock::now());
  EXPECT_TRIP(std::chrono::year(2024) / 2 / 29);
  EXPECT_TRIP(std::vector{1s, 2s});
}

TEST(Value, System) {
  EXPECT_TRIP(std::filesystem::path("/tmp/a b/ü"));
  EXPECT_TRIP(std::vector<std::filesystem::path>{"a", "b/c"});
  EXPECT_TRIP(std::error_code());
  EXPECT_TRIP(std::make_error_code(std::errc::io_error));
  EXPECT_TRIP(std::error_code(ENOENT, std::system_category()));
  EXPECT_TRIP(std::make_error_code(std::future_errc::no_state));
  EXPECT_TRIP(std::make_error_condition(std::errc::io_error));
}

struct OwnCategory : std::error_category {
  const char* name() const noexcept override { return "own"; }
  std::string message(int) const override { return "m"; }
};

TEST(Value, CategoriesOfOneProcessAreRefused) {
  const OwnCategory own;
  EXPECT_THROW(encoded(std::error_code(1, own)), Error);
}

struct Hollow {
  Hollow() = default;
  Hollow(const Hollow&) { throw 1; }
  Hollow& operator=(const Hollow&) = default;
};
struct Thrower {
  operator Hollow() const { throw 1; }
};

TEST(Value, VariantsThatLostTheirValueAreRefused) {
  std::variant<int, Hollow> lost(1);
  EXPECT_ANY_THROW(lost.emplace<Hollow>(Thrower()));
  ASSERT_TRUE(lost.valueless_by_exception());
  EXPECT_THROW(encoded(lost), UsageError);
}

}  // namespace
}  // namespace cohort::test
