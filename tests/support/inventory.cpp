// tests/support/inventory.cpp                      SPDX-License-Identifier: MIT
#include "support/inventory.hpp"

#include "support/processes.hpp"
#include "support/watchdog.hpp"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>

namespace cohort::test {
namespace {

Counts& counts() {
  static Counts function;
  return function;
}

std::vector<std::function<void()>>& warm_ups() {
  static std::vector<std::function<void()>> all;
  return all;
}

std::string target_of(const std::string& link) {
  char target[256];
  const auto n = readlink(link.c_str(), target, sizeof target);
  return n < 0 ? "?" : std::string(target, static_cast<std::size_t>(n));
}

std::vector<std::string> entries(const std::string& path, bool targets) {
  std::vector<std::string> found;
  DIR* dir = opendir(path.c_str());
  if (dir == nullptr) return found;
  const std::string own = std::to_string(dirfd(dir));
  while (const dirent* entry = readdir(dir)) {
    if (entry->d_name[0] == '.' || (targets && entry->d_name == own)) continue;
    found.push_back(targets ? entry->d_name + (" -> " + target_of(path + "/" + entry->d_name)) : entry->d_name);
  }
  closedir(dir);
  std::sort(found.begin(), found.end());
  return found;
}

void compare(std::string& text, const char* what, const std::vector<std::string>& before,
             const std::vector<std::string>& after) {
  if (after.size() <= before.size()) return;
  for (const std::string& item : after)
    if (std::find(before.begin(), before.end(), item) == before.end())
      text += std::string("  ") + what + ": " + item + "\n";
}

}  // namespace

CountsAre::CountsAre(Counts function) { counts() = std::move(function); }
WarmUp::WarmUp(std::function<void()> function) { warm_ups().push_back(std::move(function)); }

void warm_up() {
  for (const auto& function : warm_ups()) function();
}

Inventory take_inventory() {
  Inventory now;
  now.descriptors = entries("/proc/self/fd", true);
  now.names = entries("/dev/shm", false);
  now.threads = entries("/proc/self/task", false);
  for (const ProcessInfo& p : descendants(root_of_tests()))
    if (p.pid != getpid()) now.processes.push_back(to_string(p));
  std::sort(now.processes.begin(), now.processes.end());
  if (counts()) now.counts = counts()();
  return now;
}

std::string growth(const Inventory& before, const Inventory& after) {
  std::string text;
  compare(text, "descriptor", before.descriptors, after.descriptors);
  compare(text, "process", before.processes, after.processes);
  compare(text, "name in /dev/shm", before.names, after.names);
  compare(text, "thread", before.threads, after.threads);
  for (const auto& [what, n] : after.counts) {
    const auto was = before.counts.find(what);
    const std::uint64_t then = was == before.counts.end() ? 0 : was->second;
    if (n > then) text += "  " + what + ": " + std::to_string(then) + " before, " + std::to_string(n) + " after\n";
  }
  return text;
}

}  // namespace cohort::test
