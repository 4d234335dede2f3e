// bench/peers/cpython.cpp                      SPDX-License-Identifier: MIT
#include "cpython.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <system_error>

namespace bench {

Cpython::Cpython() {
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe");
  child_ = fork();
  if (child_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child_ == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    execlp("python3", "python3", COHORT_BENCH_CPYTHON_PEER, nullptr);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  to_ = fdopen(in[1], "w");
  from_ = fdopen(out[0], "r");
}

Cpython::~Cpython() {
  std::fclose(to_);  // the end of its input ends it
  std::fclose(from_);
  waitpid(child_, nullptr, 0);
}

double Cpython::ask(const std::string& command, const char* key) {
  std::fprintf(to_, "%s\n", command.c_str());
  std::fflush(to_);
  char line[512];
  if (std::fgets(line, sizeof line, from_) == nullptr)
    throw std::runtime_error("python3 gave no answer to \"" + command + '"');
  return nlohmann::json::parse(line).at(key).get<double>();
}

double Cpython::flood(int workers, std::int64_t tasks) {
  return ask("flood " + std::to_string(workers) + ' ' + std::to_string(tasks), "tasks_per_second");
}

double Cpython::apply(int workers, std::int64_t trips) {
  return ask("apply " + std::to_string(workers) + ' ' + std::to_string(trips), "seconds");
}

}  // namespace bench
