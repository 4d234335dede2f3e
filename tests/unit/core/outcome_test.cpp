// tests/unit/core/outcome_test.cpp                      SPDX-License-Identifier: MIT
#include <cohort/errors.hpp>
#include <cohort/outcome.hpp>

#include <gtest/gtest.h>

#include <exception>
#include <memory>
#include <string>
#include <utility>

namespace cohort::test {
namespace {

const std::exception_ptr kError = std::make_exception_ptr(Full("no room"));

TEST(Outcome, HoldsAValue) {
  Outcome<std::string> outcome(std::string("text"));
  EXPECT_TRUE(outcome);
  EXPECT_EQ(*outcome, "text");
  EXPECT_EQ(outcome->size(), 4U);
  EXPECT_EQ(outcome.error(), nullptr);
  *outcome += "!";
  EXPECT_EQ(outcome.value(), "text!");
}

TEST(Outcome, ThrowsItsErrorToWhoeverWantsTheValue) {
  const Outcome<int> outcome(kError);
  EXPECT_FALSE(outcome.has_value());
  EXPECT_THROW(static_cast<void>(outcome.value()), Full);
  EXPECT_THROW(static_cast<void>(*outcome), Full);
  EXPECT_EQ(outcome.error(), kError);
  EXPECT_EQ(outcome.value_or(7), 7);
}

TEST(Outcome, GivesAwayWhatCanOnlyBeMoved) {
  Outcome<std::unique_ptr<int>> outcome(std::make_unique<int>(3));
  const std::unique_ptr<int> owned = std::move(outcome).value();
  EXPECT_EQ(*owned, 3);
}

TEST(Outcome, OfNothingSaysWhetherItWentWell) {
  const Outcome<void> good;
  const Outcome<void> bad(kError);
  EXPECT_TRUE(good);
  EXPECT_NO_THROW(good.value());
  EXPECT_FALSE(bad);
  EXPECT_THROW(bad.value(), Full);
  EXPECT_EQ(bad.error(), kError);
}

}  // namespace
}  // namespace cohort::test
