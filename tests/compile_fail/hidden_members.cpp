// tests/compile_fail/hidden_members.cpp                      SPDX-License-Identifier: MIT
// expect: cohort: this class hides its members: write cohort_encode and cohort_decode for it, or set cohort::by_bytes
// if its bytes are all there is to it expect: Angle
#include <cohort/crosses.hpp>

class Angle {
 public:
  explicit Angle(double degrees) : degrees_(degrees) {}
  double degrees() const { return degrees_; }

 private:
  double degrees_;
};

#ifndef MISUSE
template <>
inline constexpr bool cohort::by_bytes<Angle> = true;
#endif

void send(cohort::Writer& writer) { cohort::encode(writer, Angle(90)); }
