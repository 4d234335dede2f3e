// src/os/memory.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>

#include "os/fd.hpp"

namespace cohort::os {

// A file in memory without a name, that cannot be executed where the system has that. Empty and errno on failure.
Fd make_memory_file(const char* name) noexcept;

// All below: 0, or an errno.

// Sets the size; takes no memory. EFBIG where RLIMIT_FSIZE is smaller, without the signal.
int set_size(int fd, std::uint64_t bytes) noexcept;

// From now on the file cannot be made smaller: nobody gets a SIGBUS from what is mapped.
int seal_shrink(int fd) noexcept;

// Takes memory for a part of the file: what is there stays, what was missing reads as zero. Signals may interrupt
// it as often as they like.
int commit(int fd, std::uint64_t offset, std::uint64_t bytes) noexcept;

// There is memory for that part, and each page of it was written to. Also true where the system cannot tell.
bool is_filled(int fd, std::uint64_t offset, std::uint64_t bytes) noexcept;

// Gives the memory behind whole pages of a shared mapping back; they read as zero from then on.
int give_back(std::byte* from, std::uint64_t bytes) noexcept;

// Maps the first `bytes` of a file, shared, without taking memory, and out of core dumps. Null and errno on failure.
std::byte* map_shared(int fd, std::uint64_t bytes) noexcept;
void unmap(std::byte* place, std::uint64_t bytes) noexcept;

// What fstat says about a file: enough to know it again, and the memory it takes.
struct FileFacts {
  dev_t device = 0;
  ino_t inode = 0;
  std::uint64_t size = 0;
  std::uint64_t committed = 0;

  bool same_file(const FileFacts& other) const noexcept { return device == other.device && inode == other.inode; }
};
FileFacts facts_of(int fd) noexcept;  // zeroes if it is not open

// A private page that a forked child, however made, finds full of zeroes; `wiped` says whether the system does that.
std::byte* make_fork_wiped_page(bool& wiped) noexcept;

std::uint64_t page_size() noexcept;

// What machine and control groups would still give without swapping or killing.
std::uint64_t free_memory() noexcept;

}  // namespace cohort::os
