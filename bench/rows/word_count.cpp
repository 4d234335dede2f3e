// bench/rows/word_count.cpp                      SPDX-License-Identifier: MIT
//
// Timed on each side: reading every text file below /usr/include (from the page cache: the round
// before has read them), cutting them into words, counting these in the same hash table, up to one
// table with all of them. The list of the files is made beforehand. oneTBB has a table per thread
// for all it does; ours one per batch, which is sent to the parent and added to the total there.
#include "../../examples/word_count/files.hpp"
#include "../../examples/word_count/tokenizer.hpp"
#include "../../examples/word_count/word_table.hpp"
#include "../clock.hpp"
#include "../peers/tbb_limit.hpp"
#include "../rows.hpp"

#include <cohort/pool.hpp>

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <cstdint>
#include <stdexcept>
#include <vector>

namespace bench {
namespace {

using word_count::Batch;
using word_count::Tally;
using word_count::WordTable;

constexpr int kRounds = 15;
constexpr std::uint64_t kBatchBytes = 4 << 20;       // ours: each batch's table is sent
constexpr std::uint64_t kTbbBatchBytes = 256 << 10;  // oneTBB: as fine as it likes

void count(const Batch& batch, WordTable& table) {
  for (const word_count::Piece& piece : batch)
    word_count::for_each_word(word_count::read(piece).bytes, [&](std::string_view word) { table.add(word); });
}

Tally tally(const Batch& batch) {
  WordTable table;
  count(batch, table);
  return std::move(table).take();
}

WordTable with_pool(cohort::Pool& pool, const std::vector<Batch>& batches) {
  std::vector<cohort::AsyncResult<Tally>> tallies;
  for (const Batch& batch : batches) tallies.push_back(pool.apply_async(tally, batch));
  WordTable total;
  for (const auto& result : tallies) total.add(result.get());
  return total;
}

WordTable with_tbb(const std::vector<Batch>& batches) {
  tbb::enumerable_thread_specific<WordTable> tables;
  tbb::parallel_for(std::size_t{0}, batches.size(), [&](std::size_t i) { count(batches[i], tables.local()); });
  WordTable total;
  for (WordTable& table : tables) {
    if (total.tally().words.empty())
      total = std::move(table);
    else
      total.add(table.tally());
  }
  return total;
}

std::uint64_t words_in(const WordTable& table) {
  std::uint64_t words = 0;
  for (const word_count::Word& word : table.tally().words) words += word.count;
  return words;
}

// Millions of words per second.
template <class F>
double rate(std::uint64_t expected, F count_all) {
  WordTable table;
  const double time = seconds([&] { table = count_all(); });
  if (words_in(table) != expected) throw std::logic_error("the words' number is not the expected one");
  return static_cast<double>(expected) / time;
}

void body(Session& session) {
  cohort::Pool pool(2);
  const TbbLimit limit(2);
  const auto files = word_count::find_files({"/usr/include"}).files;
  const auto ours = word_count::batches_of(files, kBatchBytes);
  const auto fine = word_count::batches_of(files, kTbbBatchBytes);
  const std::uint64_t expected = words_in(with_tbb(fine));
  session.compare(
      kRounds, [&] { return rate(expected, [&] { return with_pool(pool, ours); }); },
      [&] { return rate(expected, [&] { return with_tbb(fine); }); });
}

}  // namespace

Row word_count() {
  return {"word count over /usr/include",
          "words/s",
          "tbb::parallel_for, a table per thread, two threads",
          Better::higher,
          0.9,
          body};
}

}  // namespace bench
