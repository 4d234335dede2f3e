// bench/footprint.cpp                      SPDX-License-Identifier: MIT
#include "footprint.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <map>
#include <sstream>
#include <string>

namespace bench {
namespace {

namespace fs = std::filesystem;

// The sum of the fields named, in bytes; 0 for a process that has ended.
std::size_t rollup(pid_t pid, std::initializer_list<const char*> fields) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/smaps_rollup");
  std::size_t bytes = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name;
    std::size_t kib = 0;
    words >> name >> kib;
    for (const char* field : fields)
      if (name == std::string(field) + ':') bytes += kib * 1024;
  }
  return bytes;
}

void add_children(pid_t pid, std::vector<pid_t>& found) {
  std::error_code ignored;
  for (const auto& task : fs::directory_iterator("/proc/" + std::to_string(pid) + "/task", ignored)) {
    std::ifstream children(task.path() / "children");
    for (pid_t child; children >> child;) {
      found.push_back(child);
      add_children(child, found);
    }
  }
}

std::size_t memfd_bytes() {
  std::map<ino_t, std::size_t> files;  // a file may be open more than once
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd", ignored)) {
    struct stat status {};
    const std::string target = fs::read_symlink(entry.path(), ignored).string();
    if (target.starts_with("/memfd:") && stat(entry.path().c_str(), &status) == 0)
      files[status.st_ino] = static_cast<std::size_t>(status.st_blocks) * 512;
  }
  std::size_t bytes = 0;
  for (const auto& [inode, size] : files) bytes += size;
  return bytes;
}

}  // namespace

std::size_t private_bytes(pid_t pid) { return rollup(pid, {"Private_Clean", "Private_Dirty"}); }

std::vector<pid_t> descendants() {
  std::vector<pid_t> found;
  add_children(getpid(), found);
  return found;
}

Footprint footprint() {
  Footprint sum{memfd_bytes(), rollup(getpid(), {"Pss_Anon"})};
  for (const pid_t pid : descendants()) sum.unshared += rollup(pid, {"Pss_Anon"});
  return sum;
}

}  // namespace bench
