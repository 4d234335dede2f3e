// tests/support/throws.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <concepts>
#include <exception>
#include <initializer_list>
#include <string>
#include <string_view>
#include <typeinfo>

namespace cohort::test {

// What a test asks of an error's text: every part must be in it.
using Parts = std::initializer_list<std::string_view>;

inline void expect_text(const std::exception& e, Parts parts, const char* file, int line) {
  const std::string_view text = e.what();
  for (std::string_view part : parts)
    if (text.find(part) == std::string_view::npos)
      ADD_FAILURE_AT(file, line) << "the error says\n  " << text << "\nand not a word of\n  " << part;
}

// Calls f, which must throw an E whose text has all the parts; gives the error on to `look`.
template <std::derived_from<std::exception> E, class F, class Look>
void expect_throw(const char* file, int line, F&& f, Parts parts, Look&& look) {
  try {
    f();
    ADD_FAILURE_AT(file, line) << "nothing was thrown";
  } catch (const std::exception& e) {
    const auto* wanted = dynamic_cast<const E*>(&e);
    if (wanted != nullptr) {
      expect_text(e, parts, file, line);
      look(*wanted);
    } else if constexpr (!std::same_as<E, std::exception>) {
      ADD_FAILURE_AT(file, line) << "thrown was a " << typeid(e).name() << " instead: " << e.what();
    }
  } catch (...) {
    ADD_FAILURE_AT(file, line) << "thrown was something that is no std::exception";
  }
}

}  // namespace cohort::test

// COHORT_EXPECT_THROW(cohort::UsageError, pool.join(), "join", "close()");
#define COHORT_EXPECT_THROW(E, expression, ...) \
  ::cohort::test::expect_throw<E>(              \
      __FILE__, __LINE__, [&] { static_cast<void>(expression); }, {__VA_ARGS__}, [](const E&) {})
