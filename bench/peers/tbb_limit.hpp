// bench/peers/tbb_limit.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <tbb/global_control.h>

namespace bench {

// Holds oneTBB to so many threads, the calling one included, for as long as it lives.
class TbbLimit {
 public:
  explicit TbbLimit(std::size_t threads) : control_(tbb::global_control::max_allowed_parallelism, threads) {}

 private:
  tbb::global_control control_;
};

}  // namespace bench
