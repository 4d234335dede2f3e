// src/arena/build_id.cpp                      SPDX-License-Identifier: MIT
#include "arena/build_id.hpp"

#include <elf.h>
#include <link.h>

#include <cstddef>
#include <cstring>

namespace cohort::arena {
namespace {

struct Search {
  std::uintptr_t inside;  // an address in the module that is looked for
  std::uint64_t hash = 0;
};

std::uint64_t hash_of(const unsigned char* bytes, std::size_t size) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a
  for (std::size_t i = 0; i < size; ++i) hash = (hash ^ bytes[i]) * 0x100000001b3ULL;
  return hash;
}

std::uint64_t hash_in_notes(const unsigned char* at, std::size_t left) noexcept {
  while (left >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) note;
    std::memcpy(&note, at, sizeof note);
    const std::size_t name = (note.n_namesz + 3U) & ~std::size_t{3}, text = (note.n_descsz + 3U) & ~std::size_t{3};
    const unsigned char* const body = at + sizeof note;
    if (sizeof note + name + text > left) return 0;
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(body, "GNU", 4) == 0)
      return hash_of(body + name, note.n_descsz);
    at += sizeof note + name + text;
    left -= sizeof note + name + text;
  }
  return 0;
}

bool is_inside(const dl_phdr_info& module, std::uintptr_t address) noexcept {
  for (int i = 0; i < module.dlpi_phnum; ++i) {
    const ElfW(Phdr)& part = module.dlpi_phdr[i];
    if (part.p_type == PT_LOAD && address - (module.dlpi_addr + part.p_vaddr) < part.p_memsz) return true;
  }
  return false;
}

int look(dl_phdr_info* module, std::size_t, void* data) noexcept {
  auto& search = *static_cast<Search*>(data);
  if (!is_inside(*module, search.inside)) return 0;
  for (int i = 0; i < module->dlpi_phnum && search.hash == 0; ++i) {
    const ElfW(Phdr)& part = module->dlpi_phdr[i];
    if (part.p_type == PT_NOTE)
      search.hash = hash_in_notes(reinterpret_cast<const unsigned char*>(module->dlpi_addr + part.p_vaddr), part.p_memsz);
  }
  return 1;
}

}  // namespace

std::uint64_t build_hash() noexcept {
  Search search{reinterpret_cast<std::uintptr_t>(&build_hash)};
  dl_iterate_phdr(look, &search);
  return search.hash;
}

}  // namespace cohort::arena
