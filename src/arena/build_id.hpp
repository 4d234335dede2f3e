// src/arena/build_id.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace cohort::arena {

// A hash of the build id of the module that this library is linked into; 0 if it has none.
// Two processes may share a segment only if theirs is the same.
std::uint64_t build_hash() noexcept;

}  // namespace cohort::arena
