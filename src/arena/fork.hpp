// src/arena/fork.hpp                      SPDX-License-Identifier: MIT
#pragma once

namespace cohort::arena {

// From now on every fork() of this process gives its child a record and the references that
// this process holds. Throws std::system_error. Cheap when done before.
void handle_forks();

}  // namespace cohort::arena
