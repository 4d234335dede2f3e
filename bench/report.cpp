// bench/report.cpp                      SPDX-License-Identifier: MIT
#include "report.hpp"

#include "json.hpp"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace bench {
namespace {

std::string printed(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string digits(double value) {
  const double size = std::fabs(value);
  return printed(size >= 99.95 ? "%.0f" : size >= 9.995 ? "%.1f" : "%.2f", value);
}

// printf counts bytes; the table counts characters.
std::string padded(const std::string& text, std::size_t width, bool right = false) {
  std::size_t length = 0;
  for (const char c : text) length += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  const std::string blanks(length < width ? width - length : 0, ' ');
  return right ? blanks + text : text + blanks;
}

std::string line(const std::string& row, const std::string& unit, const std::string& ours, const std::string& peer,
                 const std::string& ratio, const std::string& spread, const std::string& bar, const std::string& met) {
  return padded(row, 46) + padded(unit, 12) + padded(ours, 9, true) + padded(peer, 9, true) + padded(ratio, 9, true) +
         "  " + padded(spread, 14) + padded(bar, 18) + met;
}

}  // namespace

std::string short_number(double value) {
  if (std::fabs(value) >= 999500) return digits(value / 1e6) + " M";
  if (std::fabs(value) >= 9995) return digits(value / 1e3) + " k";
  return digits(value);
}

std::string bar_words(const Result& result) {
  if (!result.bar_text.empty()) return result.bar_text;
  return (result.better == Better::higher ? "≥ " : "≤ ") + printed("%g", result.bar) + " ×";
}

void print_environment(const Environment& here) {
  std::printf("%s\n%s\n", here.machine.c_str(), here.build.c_str());
  for (const std::string& warning : here.warnings) std::printf("\n*** %s ***\n", warning.c_str());
}

void print_heading() {
  const std::string heading = line("row", "unit", "ours", "peer", "ratio", "quartiles", "bar", "met");
  std::printf("\n%s\n%s\n", heading.c_str(), std::string(heading.size(), '-').c_str());
  std::fflush(stdout);
}

void print_row(const Result& result) {
  if (!result.failure.empty()) {
    std::printf("%s FAILED: %s\n", padded(result.row, 46).c_str(), result.failure.c_str());
  } else {
    const std::string spread = digits(result.ratio_low) + " – " + digits(result.ratio_high);
    std::printf("%s\n", line(result.row, result.unit, short_number(result.ours), short_number(result.peer),
                             digits(result.ratio) + " ×", spread, bar_words(result), result.met() ? "yes" : "NO")
                            .c_str());
  }
  std::printf("    peer: %s\n", result.peer_name.c_str());
  for (const Figure& figure : result.also)
    std::printf("    also: %s: %s %s\n", figure.name.c_str(), short_number(figure.value).c_str(), figure.unit.c_str());
  std::fflush(stdout);
}

void write_json(const std::vector<Result>& results, const std::string& path) {
  nlohmann::ordered_json array = nlohmann::ordered_json::array();
  for (const Result& result : results) array.push_back(to_json(result));
  std::ofstream file(path);
  file << array.dump(2) << '\n';
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

}  // namespace bench
