// tests/compile_fail/result_with_view.cpp                      SPDX-License-Identifier: MIT
// expect: cohort: a view shows memory of this process: send what it shows, as std::string, std::vector or another
// container expect: Word
#include <cohort/pool.hpp>

#include <string>
#include <string_view>
#include <vector>

struct Word {
  std::string_view text;
  int line;
};
struct OwnWord {
  std::string text;
  int line;
};

template <class W>
std::vector<W> words_of(const std::string& text) {
  return {{text, 1}};
}

std::size_t count(cohort::Pool& pool) {
#ifdef MISUSE
  pool.apply(words_of<Word>, "text");
#endif
  return pool.apply(words_of<OwnWord>, "text").size();
}
