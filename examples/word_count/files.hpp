// examples/word_count/files.hpp                         SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace word_count {

struct File {
  std::string path;
  std::uint64_t size = 0;
};

struct Skipped {
  std::string path;
  std::string reason;
  auto operator<=>(const Skipped&) const = default;
};

struct Found {
  std::vector<File> files;
  std::vector<Skipped> skipped;
};

// All regular files below the folders, each once, however many names it has. Links to folders are
// not followed.
Found find_files(const std::vector<std::string>& folders);

// A part of a file: the words that begin in [begin, end).
struct Piece {
  std::string path;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};
using Batch = std::vector<Piece>;

// Cuts big files and gathers small ones, so that every batch is about as much work.
std::vector<Batch> batches_of(const std::vector<File>& files, std::uint64_t bytes_each);

std::uint64_t bytes_in(const Batch& batch);
std::uint64_t bytes_in(const std::vector<Batch>& batches);

struct Text {
  std::string bytes;    // whole words
  std::string skipped;  // if not empty: why there are none
};

// Opens and reads the piece of the file as it is now.
Text read(const Piece& piece);

// By its first few kilobytes: UTF-8 without a zero byte.
bool is_text(std::string_view head);

}  // namespace word_count
