// tests/support/child.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include "support/clock.hpp"

#include <sys/types.h>

#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cohort::test {

using Arguments = std::vector<std::string>;

// How a process ended.
struct Exit {
  int code = -1;   // where it ended by itself
  int signal = 0;  // where it was killed
  friend bool operator==(const Exit&, const Exit&) = default;
  friend std::ostream& operator<<(std::ostream&, const Exit&);
};
inline Exit exited(int code) { return {.code = code}; }
inline Exit killed_by(int signal) { return {.signal = signal}; }

// A small program inside the test program, for what must happen in a process with a main of its own. Define it at
// namespace scope; its process is this executable once more.
class Program {
 public:
  using Main = int (*)(const Arguments&);
  Program(std::string name, Main);
  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

// Runs the program that the command line names, if it names one; the status for exit().
std::optional<int> run_program(int argc, char** argv);

// A process of the test's own, made without the library. Its standard output comes through a pipe.
class Child {
 public:
  static Child fork(const std::function<int()>& body);  // in a copy of this process; ends by _exit
  static Child start(const Program&, Arguments = {}, const std::map<std::string, std::string>& environment = {});
  Child(Child&&) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();  // kills it

  pid_t pid() const { return pid_; }
  void kill(int signal) const;

  // Each ends with a failed test when nothing comes within the limit.
  std::optional<std::string> line(Milliseconds limit = Milliseconds(20'000));  // empty: end of output
  std::vector<std::string> lines();                                            // all that are left
  Exit wait(Milliseconds limit = Milliseconds(30'000));

 private:
  Child(pid_t pid, int output) : pid_(pid), output_(output) {}
  pid_t pid_;
  int output_;
  std::string unread_;
  std::optional<Exit> exit_;
};

}  // namespace cohort::test
