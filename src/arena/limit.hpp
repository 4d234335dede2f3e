// src/arena/limit.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cohort::arena {

// "64M" -> 67108864: a number of bytes, with K, M, G or T for powers of 1024. Throws
// std::invalid_argument with `name` in the text.
std::uint64_t parse_bytes(std::string_view name, std::string_view text);

// 67108864 -> "64 MiB".
std::string bytes_text(std::uint64_t bytes);

// COHORT_MEMORY, or else half of what machine and control groups have free.
std::uint64_t chosen_limit();

}  // namespace cohort::arena
