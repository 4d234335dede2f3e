// examples/word_count/word_table.hpp                    SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace word_count {

struct Word {
  std::uint64_t hash = 0;
  std::uint64_t count = 0;
  std::uint32_t begin = 0;  // in Tally::letters
  std::uint32_t length = 0;
};

// Words with their counts, packed: two blocks of memory, whatever their number. This is what
// a worker sends back.
struct Tally {
  std::string letters;
  std::vector<Word> words;

  std::string_view text(const Word& word) const { return {letters.data() + word.begin, word.length}; }
};

// A tally that finds its words: a hash table with open addressing.
class WordTable {
 public:
  void add(std::string_view word) { ++find(word, hash(word)).count; }

  void add(const Tally& other) {
    for (const Word& word : other.words) find(other.text(word), word.hash).count += word.count;
  }

  const Tally& tally() const { return tally_; }
  Tally take() && { return std::move(tally_); }

 private:
  static std::uint64_t hash(std::string_view word) {  // FNV-1a
    std::uint64_t h = 0xCBF29CE484222325;
    for (const char c : word) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    return h ^ h >> 32;
  }

  Word& find(std::string_view word, std::uint64_t h) {
    if (2 * tally_.words.size() >= slots_.size()) grow();
    for (std::size_t slot = h;; ++slot) {
      std::uint32_t& number = slots_[slot & (slots_.size() - 1)];
      if (number == 0) {
        number = append(word, h);
        return tally_.words.back();
      }
      Word& known = tally_.words[number - 1];
      if (known.hash == h && tally_.text(known) == word) return known;
    }
  }

  std::uint32_t append(std::string_view word, std::uint64_t h) {
    if (tally_.letters.size() + word.size() > UINT32_MAX) throw std::length_error("too many different words");
    tally_.words.push_back({h, 0, std::uint32_t(tally_.letters.size()), std::uint32_t(word.size())});
    tally_.letters += word;
    return std::uint32_t(tally_.words.size());
  }

  void grow() {
    slots_.assign(slots_.empty() ? 4096 : 2 * slots_.size(), 0);
    for (std::uint32_t number = 1; number <= tally_.words.size(); ++number) {
      std::size_t slot = tally_.words[number - 1].hash;
      while (slots_[slot & (slots_.size() - 1)] != 0) ++slot;
      slots_[slot & (slots_.size() - 1)] = number;
    }
  }

  Tally tally_;
  std::vector<std::uint32_t> slots_;  // 0 is free, n names words[n - 1]; a power of two of them
};

}  // namespace word_count
