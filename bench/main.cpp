// bench/main.cpp                      SPDX-License-Identifier: MIT
#include "environment.hpp"
#include "harness.hpp"
#include "plot.hpp"
#include "report.hpp"
#include "rows.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

namespace {

struct Options {
  std::string rows;  // substring of the names of the rows to run; empty: all
  std::string json;
  std::string svg;  // empty: beside the JSON
};

constexpr const char* kUsage = "usage: cohort_bench [--rows SUBSTRING] [--json FILE] [--svg FILE]\n";

std::string* place_of(const std::string& word, Options& options) {
  if (word == "--rows") return &options.rows;
  if (word == "--json") return &options.json;
  if (word == "--svg") return &options.svg;
  return nullptr;
}

// build/bench.json is drawn in build/bench.svg.
std::string beside(const std::string& json) {
  return json.ends_with(".json") ? json.substr(0, json.size() - 5) + ".svg" : json + ".svg";
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    const std::string word = argv[i];
    std::string* const place = place_of(word, options);
    if (place == nullptr || i + 1 == argc) {
      const bool asked = word == "--help" || word == "-h";
      std::fputs(kUsage, asked ? stdout : stderr);
      std::exit(asked ? 0 : 2);
    }
    *place = argv[i + 1];
  }
  if (options.svg.empty() && !options.json.empty()) options.svg = beside(options.json);
  return options;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

int bench_all(const Options& options) {
  const bench::Environment here = bench::environment();
  bench::print_environment(here);
  bench::print_heading();
  std::vector<bench::Result> results;
  for (const bench::Row& row : bench::all_rows()) {
    if (lower(row.name).find(lower(options.rows)) == std::string::npos) continue;
    results.push_back(bench::run(row));
    bench::print_row(results.back());
  }
  if (results.empty()) {
    std::fprintf(stderr, "no row's name contains \"%s\"\n", options.rows.c_str());
    return 2;
  }
  if (!options.json.empty()) bench::write_json(results, options.json);
  if (!options.svg.empty()) bench::write_plot(results, here, options.svg);
  const bool failed =
      std::any_of(results.begin(), results.end(), [](const bench::Result& r) { return !r.failure.empty(); });
  return failed ? 1 : 0;  // a bar that is not met is a figure, not a failure
}

}  // namespace

int main(int argc, char** argv) try { return bench_all(parse(argc, argv)); } catch (const std::exception& error) {
  std::fprintf(stderr, "cohort_bench: %s\n", error.what());
  return 1;
}
