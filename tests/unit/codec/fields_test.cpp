// tests/unit/codec/fields_test.cpp                      SPDX-License-Identifier: MIT
#include <cohort/detail/codec/fields.hpp>

#include <gtest/gtest.h>

#include <any>
#include <array>
#include <atomic>
#include <chrono>
#include <complex>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

namespace cohort::test {
namespace {

using detail::field_count;
using detail::field_types;
using detail::Types;

struct NoDefault {
  explicit(false) NoDefault(int number) : value(number) {}
  int value;
};
struct ExplicitDefault {
  explicit ExplicitDefault() = default;
  ExplicitDefault(int, int) {}
};
struct Inner {
  int x;
  std::string y;
};

struct One {
  int a;
};
struct Optionals {
  std::optional<int> a;
  std::optional<std::string> b;
  std::optional<std::optional<Inner>> c;
};
struct Arrays {
  char text[4096];
  Inner inner;
  int matrix[2][3];
  std::optional<Inner> last;
  Inner row[5];
};
struct Classes {
  std::variant<int, double, std::string> a;
  std::any b;
  std::function<void()> c;
  std::filesystem::path d;
  std::unique_ptr<int> e;
  std::shared_ptr<Inner> f;
  std::optional<std::vector<int>> g;
  std::map<int, std::string> h;
  std::tuple<int> i;
  std::tuple<std::string> j;
  std::pair<int, Inner> k;
  std::vector<bool> l;
  std::array<int, 4> m;
  std::array<std::string, 2> n;
  std::chrono::seconds o;
  std::string_view p;
  std::span<int> q;
  std::complex<double> r;
  std::wstring s;
  bool t;
};
struct NoDefaultThenClasses {
  NoDefault first;
  Classes classes;
  std::any a;
  std::filesystem::path p;
  std::unique_ptr<int> u;
};
struct NoDefaultAndArrays {
  NoDefault first;
  char text[16];
  std::optional<int> o;
  Inner inner;
  Inner row[2];
};
struct RowOfNoDefault {
  int z;
  NoDefault row[2];
  int k;
  std::string s;
};
struct Explicit {
  ExplicitDefault e;
  int a;
  std::optional<int> o;
};
struct BitFields {
  int a : 3;
  int b : 5;
  bool c : 1;
  unsigned : 4;
  int d;
};
struct Immovable {
  std::mutex m;
  std::atomic<int> a;
};
struct Constants {
  const int c;
  const std::string s;
};
struct Initialized {
  int x = 3;
  std::string s = "x";
  const std::string& r = s;
};
struct Pointers {
  int* p;
  int One::*member;
  void (*f)();
  void (One::*method)();
  std::nullptr_t n;
};
struct EmptyFields {
  struct E {
  } a;
  [[no_unique_address]] struct F {
  } b;
  int c;
};
struct Tree {
  int v;
  std::vector<Tree> kids;
  std::unique_ptr<Tree> next;
  std::map<int, Tree> named;
};

TEST(FieldCount, CountsWholeFields) {
  EXPECT_EQ(field_count<One>, 1U);
  EXPECT_EQ(field_count<Optionals>, 3U);
  EXPECT_EQ(field_count<Classes>, 20U);
  EXPECT_EQ(field_count<BitFields>, 4U);
  EXPECT_EQ(field_count<Immovable>, 2U);
  EXPECT_EQ(field_count<Constants>, 2U);
  EXPECT_EQ(field_count<Initialized>, 3U);
  EXPECT_EQ(field_count<Pointers>, 5U);
  EXPECT_EQ(field_count<EmptyFields>, 3U);
  EXPECT_EQ(field_count<Tree>, 4U);
}

TEST(FieldCount, CountsAnArrayAsOne) {
  EXPECT_EQ(field_count<Arrays>, 5U);
  static_assert(std::same_as<field_types<Arrays>, Types<char[4096], Inner, int[2][3], std::optional<Inner>, Inner[5]>>);
}

TEST(FieldCount, DoesWithoutDefaults) {
  EXPECT_EQ(field_count<NoDefaultThenClasses>, 5U);
  EXPECT_EQ(field_count<NoDefaultAndArrays>, 5U);
  EXPECT_EQ(field_count<RowOfNoDefault>, 4U);
  EXPECT_EQ(field_count<Explicit>, 3U);
}

// clang-format off
template <class T> struct Eight { T a, b, c, d, e, f, g, h; };
struct Largest { Eight<int> a; std::string b; Eight<int> f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17, f18, f19,
  f20, f21, f22, f23, f24, f25, f26, f27, f28, f29, f30, f31, f32, f33, f34, f35, f36, f37, f38, f39, f40, f41, f42, f43, f44, f45,
  f46, f47, f48, f49, f50, f51, f52, f53, f54, f55, f56, f57, f58, f59, f60, f61, f62, f63, f64; };
struct TooLarge { int f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17, f18, f19,
  f20, f21, f22, f23, f24, f25, f26, f27, f28, f29, f30, f31, f32, f33, f34, f35, f36, f37, f38, f39, f40, f41, f42, f43, f44, f45,
  f46, f47, f48, f49, f50, f51, f52, f53, f54, f55, f56, f57, f58, f59, f60, f61, f62, f63, f64, f65; };
// clang-format on

TEST(FieldCount, GoesToSixtyFour) {
  EXPECT_EQ(field_count<Largest>, 64U);
  EXPECT_EQ(field_count<TooLarge>, detail::kNoCount);
  Largest value{};
  const std::size_t seen = detail::with_fields(value, [](auto, const auto&... fields) { return sizeof...(fields); });
  EXPECT_EQ(seen, 64U);
}

struct Empty {};
struct FromEmpty : Empty {
  int x;
};
struct FromInner : Inner {};
struct FromAny {
  std::any a;
};

TEST(HasBase, SeesBasesAndNothingElse) {
  static_assert(detail::has_base<FromEmpty> && detail::has_base<FromInner>);
  static_assert(!detail::has_base<Inner> && !detail::has_base<Classes> && !detail::has_base<FromAny>);
  static_assert(!detail::has_fields<FromEmpty>);
  SUCCEED();
}

TEST(WithFields, VisitsInOrderAndByReference) {
  Inner inner{1, "a"};
  detail::with_fields(inner, [](auto, auto& x, auto& y) {
    x = 2;
    y += "b";
  });
  EXPECT_EQ(inner.x, 2);
  EXPECT_EQ(inner.y, "ab");
}

}  // namespace
}  // namespace cohort::test
