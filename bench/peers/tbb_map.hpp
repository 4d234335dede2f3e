// bench/peers/tbb_map.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <cstddef>
#include <type_traits>
#include <vector>

namespace bench {

// What a thread user writes for pool.map(function, in): a fresh vector, filled in parallel.
template <class F, class T>
auto tbb_map(F function, const std::vector<T>& in) {
  std::vector<std::decay_t<std::invoke_result_t<F&, const T&>>> out(in.size());
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, in.size()), [&](const tbb::blocked_range<std::size_t>& range) {
    for (std::size_t i = range.begin(); i != range.end(); ++i) out[i] = function(in[i]);
  });
  return out;
}

}  // namespace bench
