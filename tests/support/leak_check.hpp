// tests/support/leak_check.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include "support/inventory.hpp"

#include <gtest/gtest.h>

namespace cohort::test {

// Makes every test a leak test, and sets the watchdog on it.
class LeakCheck : public ::testing::EmptyTestEventListener {
 public:
  void OnTestStart(const ::testing::TestInfo&) override;
  void OnTestEnd(const ::testing::TestInfo&) override;

 private:
  Inventory before_;
};

}  // namespace cohort::test
