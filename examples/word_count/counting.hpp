// examples/word_count/counting.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include "files.hpp"
#include "word_table.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace word_count {

// What a worker sends back for a batch.
struct Counted {
  Tally tally;
  std::uint64_t files = 0;  // those that begin in this batch
  std::uint64_t bytes = 0;
  std::vector<Skipped> skipped;
};

// The task. It keeps nothing between two calls, so it can be done again when its worker died.
Counted count(const Batch& batch);

// The sum of what the batches gave.
class Total {
 public:
  void add(const Counted& counted);

  struct Row {
    std::string word;
    std::uint64_t count = 0;
    bool operator==(const Row&) const = default;
  };
  // The most frequent first, then by the alphabet.
  std::vector<Row> most_frequent(std::size_t limit) const;

  std::uint64_t words() const;
  std::uint64_t different_words() const { return table_.tally().words.size(); }
  std::uint64_t files() const { return files_; }
  std::uint64_t bytes() const { return bytes_; }
  const std::vector<Skipped>& skipped() const { return skipped_; }

  bool same_counts(const Total& other) const;

 private:
  WordTable table_;
  std::uint64_t files_ = 0;
  std::uint64_t bytes_ = 0;
  std::vector<Skipped> skipped_;
};

}  // namespace word_count
