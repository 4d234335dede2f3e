// tests/support/processes.cpp                      SPDX-License-Identifier: MIT
#include "support/processes.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <sstream>

namespace cohort::test {
namespace {

// By plain reads: a process that ends meanwhile makes streams throw.
std::string contents(const std::string& path) {
  std::string text;
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return text;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(fd, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  close(fd);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

std::optional<ProcessInfo> process_info(pid_t pid) {
  const std::string stat = contents("/proc/" + std::to_string(pid) + "/stat");
  const auto open = stat.find('('), close = stat.rfind(')');  // the name may hold blanks and brackets
  if (open == std::string::npos || close == std::string::npos) return std::nullopt;
  ProcessInfo info{.pid = pid, .name = stat.substr(open + 1, close - open - 1)};
  std::istringstream rest(stat.substr(close + 1));
  rest >> info.state >> info.parent;
  std::string skipped;
  for (int field = 5; field < 22; ++field) rest >> skipped;
  rest >> info.start;
  return info;
}

std::vector<ProcessInfo> all_processes() {
  std::vector<ProcessInfo> all;
  DIR* proc = opendir("/proc");
  if (proc == nullptr) return all;
  while (const dirent* entry = readdir(proc)) {
    if (std::isdigit(static_cast<unsigned char>(entry->d_name[0])) == 0) continue;
    if (auto info = process_info(static_cast<pid_t>(std::atoi(entry->d_name)))) all.push_back(std::move(*info));
  }
  closedir(proc);
  return all;
}

std::vector<ProcessInfo> descendants(pid_t root) {
  std::vector<ProcessInfo> rest = all_processes(), found;
  std::vector<pid_t> parents{root};
  for (std::size_t i = 0; i < parents.size(); ++i)
    for (const ProcessInfo& p : rest)
      if (p.parent == parents[i]) {
        parents.push_back(p.pid);
        found.push_back(p);
      }
  return found;
}

std::vector<ProcessInfo> children(pid_t parent) {
  std::vector<ProcessInfo> found = all_processes();
  std::erase_if(found, [parent](const ProcessInfo& p) { return p.parent != parent; });
  return found;
}

bool is_running(pid_t pid) {
  const auto info = process_info(pid);
  return info && info->state != 'Z' && info->state != 'X';
}

bool is_running(const ProcessInfo& process) {
  const auto info = process_info(process.pid);
  return info && *info == process && info->state != 'Z' && info->state != 'X';
}

std::string to_string(const ProcessInfo& p) {
  return "process " + std::to_string(p.pid) + " (" + p.name + ", state " + p.state + ", parent " +
         std::to_string(p.parent) + ")";
}

std::string where_it_waits(pid_t pid) {
  const std::string task = "/proc/" + std::to_string(pid) + "/task";
  std::string text;
  DIR* threads = opendir(task.c_str());
  if (threads == nullptr) return text;
  while (const dirent* entry = readdir(threads)) {
    if (entry->d_name[0] == '.') continue;
    const std::string thread = task + "/" + entry->d_name;
    text += std::string("\n    thread ") + entry->d_name + ": wchan " + contents(thread + "/wchan") + ", system call " +
            contents(thread + "/syscall");
  }
  closedir(threads);
  return text;
}

}  // namespace cohort::test
