// src/process/child_main.hpp                       SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <string>

namespace cohort::process {

// fork() as this library does it: what was printed is flushed first, so that nothing comes out twice; a program that runs
// threads of its own is warned once. 0 in the child. Throws std::system_error.
pid_t fork_child();

// In the child: who it is from now on. Resets what was the parent's (children, exit hooks, names).
void become(std::string name, bool daemon);

// The only way a child ends: flushes what it printed, once, and leaves. No static destructor of the parent's image runs.
[[noreturn]] void leave(int code) noexcept;

}  // namespace cohort::process
