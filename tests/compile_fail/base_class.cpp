// tests/compile_fail/base_class.cpp                      SPDX-License-Identifier: MIT
// expect: cohort: a class with a base cannot be taken apart: make the base a member, or write cohort_encode and
// cohort_decode for it expect: Circle
#include <cohort/crosses.hpp>

struct Point {
  int x, y;
};
struct Circle : Point {
  int radius;
};
struct Disc {
  Point centre;
  int radius;
};

void send(cohort::Writer& writer) {
#ifdef MISUSE
  cohort::encode(writer, Circle{});
#endif
  cohort::encode(writer, Disc{});
}
