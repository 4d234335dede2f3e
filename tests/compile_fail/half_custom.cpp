// tests/compile_fail/half_custom.cpp                      SPDX-License-Identifier: MIT
// expect: cohort: this type has only one of cohort_encode(cohort::Writer&, const T&) and T
// cohort_decode(cohort::Reader&, std::type_identity<T>): write both
#include <cohort/crosses.hpp>

#include <type_traits>

class Angle {
 public:
  explicit Angle(double degrees) : degrees_(degrees) {}
  double degrees() const { return degrees_; }

 private:
  double degrees_;
};
void cohort_encode(cohort::Writer& writer, const Angle& angle) { cohort::encode(writer, angle.degrees()); }
#ifndef MISUSE
Angle cohort_decode(cohort::Reader& reader, std::type_identity<Angle>) { return Angle(cohort::decode<double>(reader)); }
#endif

void send(cohort::Writer& writer) { cohort::encode(writer, Angle(90)); }
