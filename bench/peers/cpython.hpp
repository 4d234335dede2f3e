// bench/peers/cpython.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace bench {

// CPython running cpython_peer.py beside us; asleep between commands.
class Cpython {
 public:
  // Throws std::runtime_error when there is no python3.
  Cpython();
  Cpython(const Cpython&) = delete;
  Cpython& operator=(const Cpython&) = delete;
  ~Cpython();

  double flood(int workers, std::int64_t tasks);  // tasks per second
  double apply(int workers, std::int64_t trips);  // seconds, median

 private:
  double ask(const std::string& command, const char* key);

  int child_ = -1;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
};

}  // namespace bench
