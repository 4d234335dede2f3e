// bench/environment.cpp                      SPDX-License-Identifier: MIT
#include "environment.hpp"

#include <sched.h>
#include <sys/utsname.h>

#include <cstdlib>
#include <fstream>

namespace bench {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = *COHORT_BENCH_SANITIZE != 0;
#endif

#ifdef __OPTIMIZE__
constexpr bool kOptimised = true;
#else
constexpr bool kOptimised = false;
#endif

int usable_cores() {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

std::string system_name() {
  std::ifstream file("/etc/os-release");
  const std::string key = "PRETTY_NAME=\"";
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(key) && line.ends_with('"')) return line.substr(key.size(), line.size() - key.size() - 1);
  return "Linux";
}

std::string compiler() {
#ifdef __clang__
  return "Clang " + std::to_string(__clang_major__) + '.' + std::to_string(__clang_minor__);
#else
  return "GCC " + std::to_string(__GNUC__) + '.' + std::to_string(__GNUC_MINOR__);
#endif
}

std::string kernel() {
  utsname names{};
  uname(&names);
  return std::string(names.release);
}

std::string architecture() {
  utsname names{};
  uname(&names);
  return std::string(names.machine);
}

}  // namespace

Environment environment() {
  Environment here;
  const int cores = usable_cores();
  here.machine = std::to_string(cores) + (cores == 1 ? " core, " : " cores, ") + architecture() + ", " + system_name() +
                 ", kernel " + kernel();
  here.build = compiler() + ", " + (*COHORT_BENCH_BUILD_TYPE ? COHORT_BENCH_BUILD_TYPE : "no build type");
  if (!kOptimised) here.warnings.push_back("BUILT WITHOUT OPTIMISATION: these figures say nothing about speed");
  if (kSanitized) here.warnings.push_back("BUILT WITH A SANITIZER: these figures say nothing about speed");
  if (std::getenv("COHORT_WORKERS"))
    here.warnings.push_back("COHORT_WORKERS is set: these figures may not be a pool's");
  if (cores < 2) here.warnings.push_back("ONE CORE: every row that measures two busy processes is off");
  double load[1] = {0};
  if (getloadavg(load, 1) == 1 && load[0] > 0.7)
    here.warnings.push_back("the machine is busy (load " + std::to_string(load[0]).substr(0, 4) +
                            "): expect wide spreads");
  return here;
}

}  // namespace bench
