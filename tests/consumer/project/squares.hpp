// tests/consumer/project/squares.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <vector>

// A shared library that uses pools of its own and offers functions that may be sent to the pools of others.
int square(int x);
int leave(int status);
std::vector<int> squares_below(int n);
