// tests/compile_fail/view_member.cpp                      SPDX-License-Identifier: MIT
// expect: cohort: a view shows memory of this process: send what it shows, as std::string, std::vector or another
// container expect: Samples
#include <cohort/crosses.hpp>

#include <span>
#include <vector>

struct Samples {
  int rate;
  std::span<const float> values;
};
struct OwnSamples {
  int rate;
  std::vector<float> values;
};

void send(cohort::Writer& writer) {
#ifdef MISUSE
  cohort::encode(writer, Samples{});
#endif
  cohort::encode(writer, OwnSamples{});
}
