// tests/support/clock.cpp                      SPDX-License-Identifier: MIT
#include "support/clock.hpp"

#include <cstdlib>
#include <thread>

namespace cohort::test {
namespace {

#if defined(__has_feature)
#define COHORT_TEST_HAS(feature) __has_feature(feature)
#else
#define COHORT_TEST_HAS(feature) 0
#endif

#if defined(__SANITIZE_THREAD__) || COHORT_TEST_HAS(thread_sanitizer)
constexpr double kSanitizer = 10;
#elif defined(__SANITIZE_ADDRESS__) || COHORT_TEST_HAS(address_sanitizer)
constexpr double kSanitizer = 4;
#else
constexpr double kSanitizer = 1;
#endif

}  // namespace

double slowness() {
  static const double factor = [] {
    const char* text = std::getenv("COHORT_TEST_SLOW");
    return (text != nullptr ? std::atof(text) : 1.0) * kSanitizer;
  }();
  return factor;
}

Milliseconds scaled(Milliseconds time) {
  const double factor = slowness() > 0 ? slowness() : 1'000'000;
  return Milliseconds(static_cast<Milliseconds::rep>(static_cast<double>(time.count()) * factor));
}

bool wait_until(const std::function<bool()>& done, Milliseconds limit) {
  const Stopwatch watch;
  const Milliseconds end = scaled(limit);
  while (!done()) {
    if (watch.elapsed() > end) return done();
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  return true;
}

}  // namespace cohort::test
