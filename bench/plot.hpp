// bench/plot.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include "environment.hpp"
#include "harness.hpp"

#include <string>
#include <vector>

namespace bench {

// Draws each row's ratio against its bar, both as distance from the bar on a logarithmic scale:
// right of the line is better, whichever way the row counts.
void write_plot(const std::vector<Result>& results, const Environment& here, const std::string& path);

}  // namespace bench
