// src/arena/lost_children.hpp                      SPDX-License-Identifier: MIT
#pragma once

namespace cohort::arena {

// Processes that nobody will report, because the program forked them itself or their parent is
// gone: those that never began within 10 s, and those that began and are gone. Sweeping locked.
// Does it only now and then: counts the forks, and looks at the clock.
void sweep_lost_children(bool at_fork) noexcept;

}  // namespace cohort::arena
