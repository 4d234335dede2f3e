// tests/consumer/project/text.cpp                      SPDX-License-Identifier: MIT
#include "text.hpp"

#include <cohort/pool.hpp>

std::vector<std::string> doubled(const std::vector<std::string>& words) {
  cohort::Pool pool(2);
  return pool.map([](const std::string& word) { return word + word; }, words);
}
