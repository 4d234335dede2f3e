// examples/word_count/report.cpp                        SPDX-License-Identifier: MIT
#include "report.hpp"

#include <fmt/format.h>
#include <locale>
#include <map>
#include <ranges>
#include <set>
#include <string>

namespace word_count {
namespace {

struct Thousands : std::numpunct<char> {
  char do_thousands_sep() const override { return ','; }
  std::string do_grouping() const override { return "\3"; }
};

std::string grouped(std::uint64_t number) {
  static const std::locale locale(std::locale::classic(), new Thousands);
  return fmt::format(locale, "{:L}", number);
}

double ratio(std::uint64_t a, std::uint64_t b) { return b == 0 ? 1 : double(a) / double(b); }

}  // namespace

void print_words(const Total& total) {
  fmt::print("\n");
  int rank = 0;
  for (const auto& [word, count] : total.most_frequent(20)) {
    fmt::print("{:>4}  {:<24} {:>14}\n", ++rank, word, grouped(count));
  }
}

void print_figures(const Pass& pooled, const Pass& alone, Watch::Deaths deaths) {
  const Total& total = pooled.total;
  fmt::print("\n{} words, {} different, in {} files, {:.1f} MiB\n", grouped(total.words()),
             grouped(total.different_words()), grouped(total.files()), double(total.bytes()) / (1 << 20));

  const double alone_seconds = alone.seconds * ratio(total.bytes(), alone.total.bytes());
  fmt::print("{:.2f} s in the pool, {:.2f} s in one process{}: speed-up {:.2f}\n", pooled.seconds, alone_seconds,
             alone.complete ? "" : " (judged by a sample)", alone_seconds / pooled.seconds);

  fmt::print("{} workers died", grouped(deaths.died));
  if (deaths.killed > 0) fmt::print(", {} of them killed on purpose", grouped(deaths.killed));
  if (alone.complete)
    fmt::print("; the counts are {}those of one process", total.same_counts(alone.total) ? "" : "NOT ");
  fmt::print("\n");
}

void print_skipped(const std::vector<Skipped>& unfound, const std::vector<Skipped>& uncounted, bool all) {
  std::map<std::string, std::set<std::string>> paths_by_reason;
  for (const auto* list : {&unfound, &uncounted}) {
    for (const Skipped& skipped : *list) paths_by_reason[skipped.reason].insert(skipped.path);
  }
  for (const auto& [reason, paths] : paths_by_reason) {
    fmt::print("\nskipped {}: {}\n", grouped(paths.size()), reason);
    const std::size_t shown = all ? paths.size() : 5;
    for (const auto& path : paths | std::views::take(shown)) fmt::print("  {}\n", path);
    if (shown < paths.size()) fmt::print("  … (--skipped lists them all)\n");
  }
}

}  // namespace word_count
