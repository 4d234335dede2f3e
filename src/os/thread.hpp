// src/os/thread.hpp                                SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <thread>

namespace cohort::os {

// A thread of the library's own: every signal is blocked in it, so that the program's handlers run where the program
// expects them. Throws std::system_error.
std::thread quiet_thread(std::function<void()> body);

// Threads of this process that the library did not start, the caller included.
int foreign_threads() noexcept;

}  // namespace cohort::os
