// tests/kill/ways_to_die.cpp                      SPDX-License-Identifier: MIT
#include "kill/ways_to_die.hpp"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>

#if defined(__clang__) || defined(__GNUC__)
#define COHORT_TEST_UNCHECKED __attribute__((no_sanitize("address", "undefined")))
#endif

namespace cohort::test {
namespace {

// Sanitizers turn faults into an exit; here each shall be the death it is without them.
void faults_kill() {
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) std::signal(signal, SIG_DFL);
}

COHORT_TEST_UNCHECKED void write_nowhere() {
  volatile std::uintptr_t nowhere = 8;
  *reinterpret_cast<volatile int*>(nowhere) = 1;
}

COHORT_TEST_UNCHECKED int dig(volatile char* above, int depth) {
  volatile char room[4096];
  room[0] = above[0];
  return depth < 0 ? room[0] : dig(room, depth + 1) + room[0];
}

COHORT_TEST_UNCHECKED void divide_by_zero() {
#if defined(__x86_64__) || defined(__i386__)
  volatile int zero = 0;
  volatile int result = 1 / zero;
  (void)result;
#endif
  raise(SIGFPE);
}

COHORT_TEST_UNCHECKED void read_behind_the_end() {  // of a file
  std::FILE* file = std::tmpfile();
  if (file == nullptr) std::abort();
  auto* page = static_cast<volatile char*>(mmap(nullptr, 4096, PROT_READ, MAP_SHARED, fileno(file), 0));
  (void)page[0];
}

void throw_where_nothing_may() noexcept {
  [] { throw std::runtime_error("through noexcept"); }();
}

void be_another_program() { execl("/bin/true", "true", static_cast<char*>(nullptr)); }

}  // namespace

void die(Way way) {
  faults_kill();
  switch (way) {
    case Way::sigkill:
      raise(SIGKILL);
      break;
    case Way::sigterm:
      raise(SIGTERM);
      break;
    case Way::segmentation_fault:
      write_nowhere();
      break;
    case Way::stack_overflow: {
      volatile char top = 0;
      dig(&top, 0);
      break;
    }
    case Way::abort:
      std::abort();
    case Way::terminate:
      std::terminate();
    case Way::throw_through_noexcept:
      throw_where_nothing_may();
      break;
    case Way::division_by_zero:
      divide_by_zero();
      break;
    case Way::bus_error:
      read_behind_the_end();
      break;
    case Way::illegal_instruction:
      raise(SIGILL);
      break;
    case Way::underscore_exit:
      _exit(7);
    case Way::plain_exit:
      std::exit(3);
    case Way::exit_zero:
      std::exit(0);
    case Way::quick_exit:
      std::quick_exit(5);
    case Way::thread_exit:
      pthread_exit(nullptr);
    case Way::exec:
      be_another_program();
      break;
  }
  std::fprintf(stderr, "still alive after dying by way %d\n", static_cast<int>(way));
  std::_Exit(99);
}

}  // namespace cohort::test
