// examples/word_count/report.hpp                        SPDX-License-Identifier: MIT
#pragma once

#include "counting.hpp"
#include "watch.hpp"

#include <cstddef>
#include <vector>

namespace word_count {

struct Pass {
  Total total;
  double seconds = 0;
  bool complete = true;  // else only some of the batches
};

void print_words(const Total& total);
void print_figures(const Pass& pooled, const Pass& alone, Watch::Deaths deaths);

// What could not be found and what could not be counted, by reason; all or the first few of each.
void print_skipped(const std::vector<Skipped>& unfound, const std::vector<Skipped>& uncounted, bool all);

}  // namespace word_count
