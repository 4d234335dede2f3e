// tests/consumer/project/text.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

// The second unit of the program that includes the library.
std::vector<std::string> doubled(const std::vector<std::string>& words);
