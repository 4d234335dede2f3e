// src/os/free_memory.cpp                      SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string_view>

#include "os/memory.hpp"

namespace cohort::os {
namespace {

constexpr std::uint64_t kUnknown = std::numeric_limits<std::uint64_t>::max();

// The beginning of a small text file; empty if it cannot be read.
class Text {
 public:
  explicit Text(const char* path) noexcept {
    const Fd fd(::open(path, O_RDONLY | O_CLOEXEC));
    if (!fd) return;
    for (ssize_t got = 1; got > 0 && size_ < bytes_.size(); size_ += static_cast<std::size_t>(got)) {
      got = ::read(fd.get(), bytes_.data() + size_, bytes_.size() - size_);
      if (got < 0) return;
    }
  }
  std::string_view view() const noexcept { return {bytes_.data(), size_}; }

 private:
  std::array<char, 8192> bytes_;
  std::size_t size_ = 0;
};

std::uint64_t number(std::string_view text) noexcept {
  const std::size_t start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos) return kUnknown;
  std::uint64_t value = kUnknown;
  const auto [end, error] = std::from_chars(text.data() + start, text.data() + text.size(), value);
  return error == std::errc{} ? value : kUnknown;
}

// The number after `key` at the start of a line.
std::uint64_t number_of(std::string_view text, std::string_view key) noexcept {
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1))
    if (at == 0 || text[at - 1] == '\n') return number(text.substr(at + key.size()));
  return kUnknown;
}

struct Names {
  const char *limit, *used, *reclaimable;
};
constexpr Names kVersion2{"memory.max", "memory.current", "inactive_file "};
constexpr Names kVersion1{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "};

// What one control group has left; "max", and version 1's huge number, mean no limit.
std::uint64_t free_in_group(const char* folder, const Names& names) noexcept {
  std::array<char, 5000> path;
  const auto read = [&](const char* file) {
    std::snprintf(path.data(), path.size(), "%s/%s", folder, file);
    return Text(path.data());
  };
  const std::uint64_t limit = number(read(names.limit).view());
  const std::uint64_t used = number(read(names.used).view());
  if (limit == kUnknown || used == kUnknown || limit > (kUnknown >> 2)) return kUnknown;
  std::uint64_t cache = number_of(read("memory.stat").view(), names.reclaimable);
  if (cache == kUnknown) cache = 0;
  const std::uint64_t firm = used - std::min(used, cache);
  return limit - std::min(limit, firm);
}

// The same for the group and all above it. `path` is cut shorter on the way up.
std::uint64_t free_upward(char* path, std::size_t mount_length, const Names& names) noexcept {
  std::uint64_t least = kUnknown;
  for (int depth = 0; depth < 64; ++depth) {
    least = std::min(least, free_in_group(path, names));
    char* slash = std::strrchr(path, '/');
    if (!slash || slash < path + mount_length) break;
    *slash = '\0';
  }
  return least;
}

std::uint64_t free_in_hierarchy(std::string_view groups, std::string_view key, const char* mount,
                                const Names& names) noexcept {
  for (std::size_t line = 0; line < groups.size();) {
    const std::size_t end = std::min(groups.find('\n', line), groups.size());
    const std::string_view text = groups.substr(line, end - line);
    line = end + 1;
    const std::size_t at = text.find(key);
    if (at == std::string_view::npos) continue;
    const std::string_view group = text.substr(at + key.size());
    std::array<char, 4200> path;
    const int length = std::snprintf(path.data(), path.size(), "%s%.*s", mount, static_cast<int>(group.size()), group.data());
    if (length < 0 || static_cast<std::size_t>(length) >= path.size()) continue;
    if (path[static_cast<std::size_t>(length) - 1] == '/') path[static_cast<std::size_t>(length) - 1] = '\0';
    return free_upward(path.data(), std::strlen(mount), names);
  }
  return kUnknown;
}

}  // namespace

std::uint64_t free_memory() noexcept {
  const std::uint64_t kib = number_of(Text("/proc/meminfo").view(), "MemAvailable:");
  std::uint64_t least = kib == kUnknown ? kUnknown : kib << 10;
  const Text groups("/proc/self/cgroup");
  least = std::min(least, free_in_hierarchy(groups.view(), "0::", "/sys/fs/cgroup", kVersion2));
  least = std::min(least, free_in_hierarchy(groups.view(), "0::", "/sys/fs/cgroup/unified", kVersion2));
  least = std::min(least, free_in_hierarchy(groups.view(), ":memory:", "/sys/fs/cgroup/memory", kVersion1));
  if (least != kUnknown) return least;
  const long pages = sysconf(_SC_AVPHYS_PAGES);
  return pages > 0 ? static_cast<std::uint64_t>(pages) * page_size() : std::uint64_t{1} << 30;
}

}  // namespace cohort::os
