// examples/word_count/counting.cpp                      SPDX-License-Identifier: MIT
#include "counting.hpp"

#include "tokenizer.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace word_count {

Counted count(const Batch& batch) {
  Counted counted;
  WordTable table;
  for (const Piece& piece : batch) {
    Text text = read(piece);
    if (!text.skipped.empty()) {
      counted.skipped.push_back({piece.path, std::move(text.skipped)});
      continue;
    }
    for_each_word(text.bytes, [&](std::string_view word) { table.add(word); });
    counted.files += piece.begin == 0 ? 1 : 0;
    counted.bytes += piece.end - piece.begin;
  }
  counted.tally = std::move(table).take();
  return counted;
}

void Total::add(const Counted& counted) {
  table_.add(counted.tally);
  files_ += counted.files;
  bytes_ += counted.bytes;
  skipped_.insert(skipped_.end(), counted.skipped.begin(), counted.skipped.end());
}

std::vector<Total::Row> Total::most_frequent(std::size_t limit) const {
  const Tally& tally = table_.tally();
  std::vector<Word> words = tally.words;
  const auto end = words.begin() + std::ptrdiff_t(std::min(limit, words.size()));
  std::partial_sort(words.begin(), end, words.end(), [&](const Word& a, const Word& b) {
    return a.count != b.count ? a.count > b.count : tally.text(a) < tally.text(b);
  });
  std::vector<Row> rows;
  for (auto word = words.begin(); word != end; ++word) rows.push_back({std::string(tally.text(*word)), word->count});
  return rows;
}

std::uint64_t Total::words() const {
  std::uint64_t sum = 0;
  for (const Word& word : table_.tally().words) sum += word.count;
  return sum;
}

bool Total::same_counts(const Total& other) const {
  const auto all = std::numeric_limits<std::size_t>::max();
  return files_ == other.files_ && bytes_ == other.bytes_ && most_frequent(all) == other.most_frequent(all);
}

}  // namespace word_count
