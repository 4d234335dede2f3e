// src/codec/module.cpp                      SPDX-License-Identifier: MIT
#include "module.hpp"

#include <link.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <span>
#include <string_view>

namespace cohort::codec {

namespace {

constexpr std::size_t rounded_up(std::size_t size, std::size_t alignment) {
  return (size + alignment - 1) & ~(alignment - 1);
}

std::uint32_t hash_of(std::span<const unsigned char> id) {
  std::uint32_t hash = 0x811c9dc5U;
  for (const unsigned char byte : id) hash = (hash ^ byte) * 0x01000193U;
  return hash == 0 ? 1 : hash;
}

// Looks for the build id among the notes of one segment.
std::uint32_t build_id_in(const unsigned char* notes, std::size_t size, std::size_t alignment) {
  while (size >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) note;
    std::memcpy(&note, notes, sizeof note);
    const std::size_t name_at = sizeof note;
    const std::size_t id_at = name_at + rounded_up(note.n_namesz, alignment);
    const std::size_t next = rounded_up(id_at + note.n_descsz, alignment);
    if (id_at + note.n_descsz > size) return 0;
    const bool is_gnu = note.n_namesz == 4 && std::memcmp(notes + name_at, "GNU", 4) == 0;
    if (is_gnu && note.n_type == NT_GNU_BUILD_ID && note.n_descsz != 0) return hash_of({notes + id_at, note.n_descsz});
    if (next >= size) return 0;
    notes += next;
    size -= next;
  }
  return 0;
}

void read_header(Module& module, const ElfW(Phdr) & header, std::vector<Extent>& writable) {
  const std::uintptr_t begin = module.base + header.p_vaddr;
  const Extent extent{begin, begin + header.p_memsz};
  switch (header.p_type) {
    case PT_LOAD:
      module.segments.push_back(extent);
      if ((header.p_flags & PF_X) != 0) module.code.push_back(extent);
      if ((header.p_flags & PF_R) != 0) ((header.p_flags & PF_W) != 0 ? writable : module.constants).push_back(extent);
      break;
    case PT_GNU_RELRO:
      module.constants.push_back(extent);
      break;
    case PT_GNU_EH_FRAME:
      module.unwind_table = extent;
      break;
    case PT_NOTE:
      if (module.hash == 0)
        module.hash =
            build_id_in(reinterpret_cast<const unsigned char*>(begin), header.p_memsz, header.p_align == 8 ? 8 : 4);
      break;
    default:
      break;
  }
}

Module read_module(const dl_phdr_info& info, bool is_program) {
  Module module;
  module.name = info.dlpi_name;
  module.is_program = is_program;
  module.base = info.dlpi_addr;
  const std::span headers(info.dlpi_phdr, info.dlpi_phnum);
  std::vector<Extent> writable;
  for (const auto& header : headers) read_header(module, header, writable);
  const bool has_relro = std::ranges::any_of(headers, [](const auto& header) { return header.p_type == PT_GNU_RELRO; });
  if (!has_relro) module.constants.insert(module.constants.end(), writable.begin(), writable.end());
  return module;
}

struct Scan {
  std::vector<Module> modules;
  std::exception_ptr error;  // must not pass through the loader, which holds its lock
};

int visit(dl_phdr_info* info, std::size_t, void* to) {
  auto& scan = *static_cast<Scan*>(to);
  try {
    scan.modules.push_back(read_module(*info, scan.modules.empty()));
    return 0;
  } catch (...) {
    scan.error = std::current_exception();
    return 1;
  }
}

bool any_has(const std::vector<Extent>& extents, std::uintptr_t at, std::size_t size) {
  return std::ranges::any_of(extents, [=](const Extent& extent) { return extent.has(at, size); });
}

template <class T>
T read_at(std::uintptr_t at) {
  T value;
  std::memcpy(&value, reinterpret_cast<const void*>(at), sizeof value);
  return value;
}

}  // namespace

std::vector<Module> scan_modules() {
  Scan scan;
  ::dl_iterate_phdr(&visit, &scan);
  if (scan.error) std::rethrow_exception(scan.error);
  return std::move(scan.modules);
}

bool Module::holds(std::uintptr_t at) const { return any_has(segments, at, 1); }

bool Module::is_constant(std::uintptr_t at, std::size_t size) const { return any_has(constants, at, size); }

// The table is a header of 12 bytes (version 1; the count as four bytes; entries relative to the table, four bytes
// each: all linkers write this form) and pairs {start of function, its record}, sorted by start.
bool Module::is_function_start(std::uintptr_t at) const {
  constexpr std::uint32_t kUsualForm = 0x3b031b01;
  constexpr std::size_t kHeader = 12;
  constexpr std::size_t kEntry = 8;
  if (!any_has(code, at, 1) || !unwind_table.has(unwind_table.begin, kHeader)) return false;
  if (read_at<std::uint32_t>(unwind_table.begin) != kUsualForm) return false;
  std::size_t low = 0;
  std::size_t high = std::min<std::size_t>(read_at<std::uint32_t>(unwind_table.begin + 8),
                                           (unwind_table.end - unwind_table.begin - kHeader) / kEntry);
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    const auto relative = read_at<std::int32_t>(unwind_table.begin + kHeader + middle * kEntry);
    const std::uintptr_t start = unwind_table.begin + static_cast<std::uintptr_t>(static_cast<std::intptr_t>(relative));
    if (start == at) return true;
    (start < at ? low : high) = start < at ? middle + 1 : middle;
  }
  return false;
}

}  // namespace cohort::codec
