// bench/rows/same.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace bench {

// The task that does nothing, but has a result that can be checked.
inline std::int64_t same(std::int64_t x) { return x; }

}  // namespace bench
