// bench/environment.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace bench {

struct Environment {
  std::string machine;                // cores, architecture, system, kernel
  std::string build;                  // compiler, build type
  std::vector<std::string> warnings;  // what makes the figures worthless
};

Environment environment();

}  // namespace bench
