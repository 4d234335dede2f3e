// tests/unit/codec/call_test.cpp                      SPDX-License-Identifier: MIT
#include "trip.hpp"

#include "support/throws.hpp"

#include <cohort/call.hpp>
#include <cohort/partial.hpp>

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace cohort::test {
namespace {

std::vector<std::string> seen;

void note(std::string text, int n) { seen.push_back(std::move(text) + std::to_string(n)); }
void note_text(const char* text) { seen.emplace_back(text); }

class CallTest : public testing::Test {
 protected:
  CallTest() { seen.clear(); }
};

TEST_F(CallTest, CallsAsOftenAsWanted) {
  const Call call(note, "a", 1);
  call();
  call();
  EXPECT_EQ(seen, (std::vector<std::string>{"a1", "a1"}));
}

TEST_F(CallTest, IsEmptyByDefault) {
  const Call call;
  EXPECT_FALSE(call);
  EXPECT_THROW(call(), UsageError);
  EXPECT_FALSE(trip(call));
}

struct Options {
  Call initializer{};
};

TEST_F(CallTest, IsMadeFromBraces) {
  const Options options{.initializer = {note, "b", 2}};
  EXPECT_TRUE(options.initializer);
  options.initializer();
  EXPECT_EQ(seen.at(0), "b2");
  const Options old{.initializer = {note_text, "old"}};
  old.initializer();
  EXPECT_EQ(seen.at(1), "old");
}

TEST_F(CallTest, Crosses) {
  static_assert(crosses<Call> && crosses<Options>);
  const Call call = trip(Call(note, "c", 3));
  call();
  trip(Call([] { seen.push_back("lambda"); }))();
  trip(Call(partial(note, "p"), 4))();
  EXPECT_EQ(seen, (std::vector<std::string>{"c3", "lambda", "p4"}));
}

TEST_F(CallTest, MovesWhatCannotBeCopiedIntoTheFirst) {
  const Call call([](std::unique_ptr<int> p) { seen.push_back(p ? "there" : "gone"); }, std::make_unique<int>(1));
  call();
  call();
  EXPECT_EQ(seen, (std::vector<std::string>{"there", "gone"}));
}

TEST_F(CallTest, PassesOnWhatIsThrown) {
  const Call call([](int n) { throw std::out_of_range(std::to_string(n)); }, 7);
  COHORT_EXPECT_THROW(std::out_of_range, call(), "7");
}

// ------------------------------------------------------------------ the rules by which arguments are passed

using detail::apply_stored;
using detail::stored_t;
using detail::task_result_t;

struct Ticket : HandleTag {};

TEST(CallRules, TextIsStoredAsString) {
  static_assert(std::same_as<stored_t<const char*>, std::string> &&
                std::same_as<stored_t<const char(&)[4]>, std::string>);
  static_assert(std::same_as<stored_t<std::string_view>, std::string> && std::same_as<stored_t<char*>, std::string>);
  static_assert(std::same_as<stored_t<const std::string&>, std::string> && std::same_as<stored_t<int&>, int>);
  static_assert(std::same_as<stored_t<const Ticket&>, Ticket>);
  SUCCEED();
}

TEST(CallRules, ResultsAreValues) {
  const auto same = [](const std::string& s) -> const std::string& { return s; };
  static_assert(std::same_as<task_result_t<decltype(same), const char*>, std::string>);
  static_assert(std::same_as<task_result_t<void (*)(int), int>, void>);
  std::tuple<std::string> text("text");
  EXPECT_EQ(apply_stored(same, text), "text");
}

template <class F, class... A>
concept callable = detail::callable_across<F, A...>;

TEST(CallRules, HandlesArriveAsLvaluesAndAllElseAsRvalues) {
  static_assert(callable<void (*)(Ticket&), Ticket> && callable<void (*)(Ticket), Ticket> &&
                callable<void (*)(const Ticket&), Ticket>);
  static_assert(callable<void (*)(std::string&&), std::string> && callable<void (*)(std::string), std::string>);
  static_assert(!callable<void (*)(std::string&), std::string>);
  static_assert(detail::only_by_reference<void (*)(std::string&), std::string>);
  static_assert(callable<void (*)(const char*), std::string> && callable<void (*)(std::string_view), std::string>);
  SUCCEED();
}

TEST(CallRules, ArgumentsAreMovedIntoTheFunction) {
  std::tuple<std::unique_ptr<int>, std::string> arguments(std::make_unique<int>(4), "text");
  const auto sum = [](std::unique_ptr<int> p, std::string s) { return *p + static_cast<int>(s.size()); };
  EXPECT_EQ(apply_stored(sum, arguments), 8);
  EXPECT_EQ(std::get<0>(arguments), nullptr);
}

TEST(CallRules, OldFunctionsGetTextWhileTheCallLasts) {
  std::tuple<std::string, std::string, int> arguments("a", "b", 3);
  const auto old = [](const char* a, std::string b, int n) { return a + b + std::to_string(n); };
  EXPECT_EQ(apply_stored(old, arguments), "ab3");
}

}  // namespace
}  // namespace cohort::test
