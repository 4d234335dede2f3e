// examples/word_count/tokenizer.hpp                     SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace word_count {

// A word is a run of letters, in lower case. Every byte beyond ASCII is a letter, so that UTF-8
// stays whole. A run longer than this (a key, a picture in base64) is no word.
inline constexpr std::size_t kLongestWord = 64;

// The letter in lower case; 0 for what is no letter.
inline constexpr auto kLetters = [] {
  std::array<char, 256> letters{};
  for (int c = 'a'; c <= 'z'; ++c) letters[std::size_t(c)] = char(c);
  for (int c = 'A'; c <= 'Z'; ++c) letters[std::size_t(c)] = char(c - 'A' + 'a');
  for (int c = 128; c < 256; ++c) letters[std::size_t(c)] = char(c);
  return letters;
}();

inline char letter(char c) { return kLetters[static_cast<unsigned char>(c)]; }

// Calls use(word) for each word of the text; the word's memory is reused for the next one.
template <class Use>
void for_each_word(std::string_view text, Use use) {
  std::array<char, kLongestWord> word;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    std::size_t length = 0;
    for (; at != end; ++at, ++length) {
      const char c = letter(*at);
      if (c == 0) break;
      if (length < kLongestWord) word[length] = c;
    }
    if (length > 0 && length <= kLongestWord) use(std::string_view(word.data(), length));
    while (at != end && letter(*at) == 0) ++at;
  }
}

}  // namespace word_count
