// tests/compile_fail/polymorphic_pointer.cpp                      SPDX-License-Identifier: MIT
// expect: cohort: a pointer to a polymorphic class does not tell what it points to: send std::variant of the classes,
// or write cohort_encode and cohort_decode for it
#include <cohort/crosses.hpp>

#include <memory>
#include <variant>

struct Shape {
  virtual ~Shape() = default;
  virtual double area() const = 0;
};
struct Square {
  double side;
};

void send(cohort::Writer& writer) {
#ifdef MISUSE
  cohort::encode(writer, std::unique_ptr<Shape>());
#endif
  cohort::encode(writer, std::make_unique<std::variant<Square>>());
}
