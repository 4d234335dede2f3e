// bench/peers/shared_words.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <new>
#include <system_error>

namespace bench {

// A page of words, each on a cache line of its own, that children forked later share.
class SharedWords {
 public:
  using Word = std::atomic<std::uint32_t>;

  SharedWords() {
    void* page = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (page == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    lines_ = static_cast<Line*>(page);
  }
  SharedWords(const SharedWords&) = delete;
  SharedWords& operator=(const SharedWords&) = delete;
  ~SharedWords() { munmap(lines_, kBytes); }

  Word& operator[](std::size_t index) const { return lines_[index].word; }

 private:
  // Two lines apart: the one beside a missed line is fetched along.
  struct alignas(128) Line {
    Word word;
  };
  static constexpr std::size_t kBytes = 4096;
  Line* lines_;
};

}  // namespace bench
