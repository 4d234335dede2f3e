// examples/word_count/files.cpp                         SPDX-License-Identifier: MIT
#include "files.hpp"

#include "interrupt.hpp"
#include "tokenizer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

namespace word_count {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHead = 8192;
constexpr std::uint64_t kCostOfOpening = 4096;  // in bytes that could be counted meanwhile

constexpr const char* kNoFile = "neither file nor folder";

std::string reason(int error) { return std::generic_category().message(error); }

// A file open for reading. Never waits for a pipe or a device, whatever the path has become since
// it was found.
class Reader {
 public:
  explicit Reader(const std::string& path)
      : fd_(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)), error_(fd_ < 0 ? errno : 0) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() {
    if (fd_ >= 0) ::close(fd_);
  }

  int error() const { return error_; }

  bool is_file() const {
    struct stat info;
    return ::fstat(fd_, &info) == 0 && S_ISREG(info.st_mode);
  }

  // Asks the system to fetch it from the disk meanwhile.
  void prefetch() const { ::posix_fadvise(fd_, 0, 0, POSIX_FADV_WILLNEED); }

  // Shorter than asked at the end of the file and after an error.
  std::string read(std::uint64_t begin, std::uint64_t end) {
    std::string bytes(end - begin, '\0');
    std::size_t have = 0;
    while (have < bytes.size()) {
      const ssize_t n = ::pread(fd_, bytes.data() + have, bytes.size() - have, off_t(begin + have));
      if (n < 0) error_ = errno;
      if (n <= 0) break;
      have += std::size_t(n);
    }
    bytes.resize(have);
    return bytes;
  }

 private:
  int fd_;
  int error_;
};

class Finder {
 public:
  void visit(const fs::path& path) {
    struct stat info;
    if (::stat(path.c_str(), &info) != 0) return skip(path, reason(errno));
    if (!known_.insert({info.st_dev, info.st_ino}).second) return;
    if (S_ISDIR(info.st_mode)) return folders_.push_back(path);
    if (!S_ISREG(info.st_mode)) return skip(path, kNoFile);
    Reader(path.string()).prefetch();
    found_.files.push_back({path, std::uint64_t(info.st_size)});
  }

  Found finish() && {
    while (!folders_.empty()) {
      interrupt::check();
      const fs::path folder = std::move(folders_.back());
      folders_.pop_back();
      list(folder);
    }
    return std::move(found_);
  }

 private:
  void list(const fs::path& folder) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
      std::error_code gone;
      if (!(entry->is_symlink(gone) && entry->is_directory(gone))) visit(entry->path());
    }
    if (error) skip(folder, error.message());
  }

  void skip(const fs::path& path, std::string why) { found_.skipped.push_back({path, std::move(why)}); }

  Found found_;
  std::vector<fs::path> folders_;  // to be listed
  std::set<std::pair<dev_t, ino_t>> known_;
};

// `bytes` begins one byte before the piece, unless that is the beginning of the file, and goes on
// for a longest word after its end: drops the words that begin outside.
void keep_own_words(std::string& bytes, const Piece& piece) {
  const auto is_letter = [](char c) { return letter(c) != 0; };
  const std::uint64_t before = piece.begin > 0 ? 1 : 0;
  const auto own = std::ptrdiff_t(std::min<std::uint64_t>(bytes.size(), piece.end - piece.begin + before));
  const auto own_end = bytes.begin() + own;
  const auto begin = before ? std::find_if_not(bytes.begin(), own_end, is_letter) : bytes.begin();
  const auto end = begin == own_end ? own_end : std::find_if_not(own_end - 1, bytes.end(), is_letter);
  bytes.erase(end, bytes.end());
  bytes.erase(bytes.begin(), begin);
}

}  // namespace

Found find_files(const std::vector<std::string>& folders) {
  Finder finder;
  for (const std::string& folder : folders) finder.visit(folder);
  return std::move(finder).finish();
}

std::vector<Batch> batches_of(const std::vector<File>& files, std::uint64_t bytes_each) {
  std::vector<Batch> batches;
  std::uint64_t room = 0;
  for (const File& file : files) {
    std::uint64_t at = 0;
    do {
      if (room == 0) {
        batches.emplace_back();
        room = bytes_each;
      }
      const std::uint64_t end = std::min(file.size, at + room);
      batches.back().push_back({file.path, at, end});
      room -= std::min(room, end - at + kCostOfOpening);
      at = end;
    } while (at < file.size);
  }
  return batches;
}

std::uint64_t bytes_in(const Batch& batch) {
  std::uint64_t sum = 0;
  for (const Piece& piece : batch) sum += piece.end - piece.begin;
  return sum;
}

std::uint64_t bytes_in(const std::vector<Batch>& batches) {
  std::uint64_t sum = 0;
  for (const Batch& batch : batches) sum += bytes_in(batch);
  return sum;
}

Text read(const Piece& piece) {
  Reader file(piece.path);
  if (file.error() != 0) return {.bytes = {}, .skipped = reason(file.error())};
  if (!file.is_file()) return {.bytes = {}, .skipped = kNoFile};

  if (!is_text(file.read(0, kHead))) return {.bytes = {}, .skipped = "binary"};
  const std::uint64_t before = piece.begin > 0 ? 1 : 0;
  std::string bytes = file.read(piece.begin - before, piece.end + kLongestWord + 1);
  if (file.error() != 0) return {.bytes = {}, .skipped = reason(file.error())};
  keep_own_words(bytes, piece);
  return {.bytes = std::move(bytes), .skipped = {}};
}

bool is_text(std::string_view head) {
  for (std::size_t at = 0; at < head.size();) {
    const auto lead = static_cast<unsigned char>(head[at++]);
    if (lead == 0 || (lead >= 0x80 && lead < 0xC2) || lead > 0xF4) return false;
    const int follow = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    for (int i = 0; i < follow && at < head.size(); ++i) {
      if ((static_cast<unsigned char>(head[at++]) & 0xC0) != 0x80) return false;
    }
  }
  return true;
}

}  // namespace word_count
