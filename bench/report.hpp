// bench/report.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include "environment.hpp"
#include "harness.hpp"

#include <string>
#include <vector>

namespace bench {

void print_environment(const Environment& here);
void print_heading();
void print_row(const Result& result);

// How `result` stands to its bar in words: "≥ 2 ×", "≤ 3 ×".
std::string bar_words(const Result& result);

// Three digits that matter, with thousands as k and millions as M.
std::string short_number(double value);

void write_json(const std::vector<Result>& results, const std::string& path);

}  // namespace bench
