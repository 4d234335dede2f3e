// tests/compile_fail/pointer_member.cpp                      SPDX-License-Identifier: MIT
// expect: cohort: a pointer means nothing in another process: send the value itself, std::string for text, std::vector
// for a row of values, std::optional or std::unique_ptr for what may be absent expect: Customer
#include <cohort/crosses.hpp>

#include <map>
#include <string>
#include <vector>

struct Customer {
  std::string name;
  Customer* referrer;
};
struct OwnCustomer {
  std::string name;
  std::vector<OwnCustomer> referred;
};

template <class C>
void send(cohort::Writer& writer, const std::map<int, std::vector<C>>& customers) {
  cohort::encode(writer, customers);
}

void send_all(cohort::Writer& writer) {
#ifdef MISUSE
  send<Customer>(writer, {});
#endif
  send<OwnCustomer>(writer, {});
}
