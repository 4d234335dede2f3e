// include/cohort/detail/core/export.hpp                      SPDX-License-Identifier: MIT
#pragma once

// The library is built with hidden visibility; what the headers use or users catch is marked.
// Default visibility also in the static library: an executable and its own shared library then share one copy.
#define COHORT_API __attribute__((visibility("default")))
