// examples/support/fetch.hpp                            SPDX-License-Identifier: MIT
#pragma once

#include <string>

// libcurl wants that once per process: an initializer for the pool.
void start_fetching();

// The page at the URL. Throws std::runtime_error, which names the URL.
std::string fetch(const std::string& url);
