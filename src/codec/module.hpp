// src/codec/module.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cohort::codec {

// A piece of a module's memory.
struct Extent {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;

  [[nodiscard]] bool has(std::uintptr_t at, std::size_t size = 1) const {
    return at >= begin && at < end && size <= end - at;
  }
};

// A loaded program or library, as its program headers describe it.
struct Module {
  std::string name;
  std::uintptr_t base = 0;
  std::uint32_t hash = 0;  // of the build id; 0: it has none
  bool is_program = false;
  std::vector<Extent> segments;
  std::vector<Extent> constants;  // not writable once loaded
  std::vector<Extent> code;
  Extent unwind_table;  // .eh_frame_hdr

  [[nodiscard]] bool holds(std::uintptr_t at) const;
  [[nodiscard]] bool is_constant(std::uintptr_t at, std::size_t size) const;
  [[nodiscard]] bool is_function_start(std::uintptr_t at) const;
};

// All that is loaded at this moment.
std::vector<Module> scan_modules();

// Modules with tokens: pinned, found without a lock, never forgotten. Usable after fork whatever other threads were
// doing.
//
// Throws UsageError: no module there, no build id, or two modules with the same.
const Module& module_at(const void* address);
// Throws DecodeError: not loaded here.
const Module& module_named(std::uint32_t hash);

}  // namespace cohort::codec
