// tests/unit/codec/aggregate_test.cpp                      SPDX-License-Identifier: MIT
#include "trip.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cohort::test {
namespace {

struct Point {
  int x = 0;
  int y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};
struct Person {
  std::string name;
  std::vector<Point> path;
  friend bool operator==(const Person&, const Person&) = default;
};

TEST(Aggregate, CrossesFieldByField) {
  EXPECT_TRIP(Point{1, 2});
  EXPECT_TRIP(Person{"Ann", {{1, 2}, {3, 4}}});
  EXPECT_TRIP(std::vector<Person>{{"Ann", {}}, {"Bob", {{1, 1}}}});
}

struct Arrays {
  char text[16];
  Person row[2];
  int matrix[2][3];
  std::string last;
};

TEST(Aggregate, CrossesWithArrays) {
  Arrays value{"text", {{"a", {}}, {"b", {{1, 2}}}}, {{1, 2, 3}, {4, 5, 6}}, "last"};
  const Arrays back = trip(value);
  EXPECT_STREQ(back.text, "text");
  EXPECT_EQ(back.row[1], value.row[1]);
  EXPECT_EQ(back.matrix[1][2], 6);
  EXPECT_EQ(back.last, "last");
}

struct Constants {
  const int number;
  const std::string text;
  const Point point;
};
struct BitFields {
  unsigned a : 3;
  int b : 5;
  bool c : 1;
  std::string text;
};

TEST(Aggregate, CrossesWithConstantsAndBitFields) {
  const Constants constants = trip(Constants{1, "a", {2, 3}});
  EXPECT_EQ(constants.number, 1);
  EXPECT_EQ(constants.text, "a");
  EXPECT_EQ(constants.point, (Point{2, 3}));
  const BitFields bits = trip(BitFields{5, -3, true, "x"});
  EXPECT_EQ(bits.a, 5U);
  EXPECT_EQ(bits.b, -3);
  EXPECT_TRUE(bits.c);
}

struct Nothing {};
struct WithNothing {
  Nothing nothing;
  std::string text;
  [[no_unique_address]] Nothing less;
};

TEST(Aggregate, CrossesWithNothingInside) {
  trip(Nothing{});
  EXPECT_EQ(trip(WithNothing{{}, "x", {}}).text, "x");
}

struct Owner {
  std::unique_ptr<Point> point;
  std::vector<std::unique_ptr<std::string>> texts;
};

TEST(Aggregate, CrossesIfItCanOnlyBeMoved) {
  Owner owner{std::make_unique<Point>(Point{1, 2}), {}};
  owner.texts.push_back(std::make_unique<std::string>("a"));
  const Owner back = trip(owner);
  EXPECT_EQ(*back.point, (Point{1, 2}));
  EXPECT_EQ(*back.texts.at(0), "a");
}

struct Tree {
  int value = 0;
  std::vector<Tree> kids{};
  std::map<std::string, Tree> named{};
  std::unique_ptr<Tree> next{};
};

TEST(Aggregate, CrossesIfItContainsItself) {
  Tree tree{1};
  tree.kids.push_back({2});
  tree.named.emplace("three", Tree{3});
  tree.next = std::make_unique<Tree>(Tree{4});
  const Tree back = trip(tree);
  EXPECT_EQ(back.kids.at(0).value, 2);
  EXPECT_EQ(back.named.at("three").value, 3);
  EXPECT_EQ(back.next->value, 4);
}

TEST(Aggregate, MayBeALocalClass) {
  struct Local {
    int x;
    std::string s;
  };
  EXPECT_EQ(trip(Local{1, "a"}).s, "a");
}

}  // namespace
}  // namespace cohort::test
