// bench/statistics.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <vector>

namespace bench {

struct Spread {
  double low = 0;     // first quartile
  double middle = 0;  // median
  double high = 0;    // third quartile
};

// Interpolates between neighbours; all zero when there are no samples.
Spread spread_of(std::vector<double> samples);

inline double median_of(std::vector<double> samples) { return spread_of(std::move(samples)).middle; }

}  // namespace bench
