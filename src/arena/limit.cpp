// src/arena/limit.cpp                      SPDX-License-Identifier: MIT
#include "arena/limit.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <stdexcept>

#include "os/memory.hpp"

namespace cohort::arena {
namespace {

constexpr std::uint64_t kLeast = std::uint64_t{1} << 20;

// 0 for "", 10 for "K", and so on; nothing else is a suffix.
int shift_of(std::string_view suffix) noexcept {
  constexpr std::string_view kSuffixes = "KMGT";
  if (suffix.empty()) return 0;
  const std::size_t at = kSuffixes.find(static_cast<char>(suffix[0] & ~0x20));
  return suffix.size() > 1 || at == std::string_view::npos ? -1 : static_cast<int>(at + 1) * 10;
}

}  // namespace

std::uint64_t parse_bytes(std::string_view name, std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const int shift = shift_of({end, text.data() + text.size()});
  const bool readable = error == std::errc{} && shift >= 0 && number <= std::numeric_limits<std::uint64_t>::max() >> shift;
  if (!readable || number << shift < kLeast)
    throw std::invalid_argument("cohort: " + std::string(name) + "=\"" + std::string(text) +
                                "\" is not an amount of memory: write a number of bytes of at least 1M, with K, M, G or T "
                                "after it if you like, as in " + std::string(name) + "=512M");
  return number << shift;
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array<const char*, 5> kUnits{"bytes", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  auto value = static_cast<double>(bytes);
  for (; value >= 1024 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  std::array<char, 48> text;
  const bool whole = value == static_cast<double>(static_cast<std::uint64_t>(value));
  std::snprintf(text.data(), text.size(), whole ? "%.0f %s" : "%.1f %s", value, kUnits[unit]);
  return text.data();
}

std::uint64_t chosen_limit() {
  if (const char* text = secure_getenv("COHORT_MEMORY"); text && *text) return parse_bytes("COHORT_MEMORY", text);
  return std::max(os::free_memory() / 2, kLeast);
}

}  // namespace cohort::arena
