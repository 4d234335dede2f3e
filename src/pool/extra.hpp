// src/pool/extra.hpp                               SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <vector>

namespace cohort::pool {

// An item of a chunk for which there is an error and no result.
struct LostItem {
  std::uint64_t index;  // in the chunk
  std::exception_ptr error;
};

// What the parent knows of a task that not every task has: arguments kept for another attempt, limits, a chunk's lost
// items, callbacks. Private memory: what a worker overwrites cannot lead the parent astray.
struct Extra {
  std::uint64_t token = 0;
  std::uint64_t meta = 0;
  std::uint64_t arguments = 0;  // block of the arguments, 0 if they are inline
  std::chrono::nanoseconds timeout{0};
  int retries = 0;              // allowed for each item
  int used = 0;                 // by the item that is running
  std::uint64_t used_item = 0;  // index of that item in the chunk
  bool is_chunk = false;
  std::uint64_t count = 0;      // items of a chunk
  std::vector<LostItem> lost;
  std::exception_ptr error;     // of the whole task
  std::vector<std::function<void()>> callbacks;
  bool callbacks_open = false;  // attached and not yet returned
  bool reported = false;        // handed to the callback thread
};

}  // namespace cohort::pool
