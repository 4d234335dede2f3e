// src/os/memory.cpp                      SPDX-License-Identifier: MIT
#include "os/memory.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif
#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

namespace cohort::os {
namespace {

// Holds SIGXFSZ back, and takes it off again if the call in between raised it.
class NoFileSizeSignal {
 public:
  NoFileSizeSignal() noexcept {
    sigemptyset(&signal_);
    sigaddset(&signal_, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &signal_, &before_);
  }
  ~NoFileSizeSignal() {
    const int error = errno;
    if (!sigismember(&before_, SIGXFSZ)) {
      const timespec now{0, 0};
      sigtimedwait(&signal_, nullptr, &now);
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = error;
  }
  NoFileSizeSignal(const NoFileSizeSignal&) = delete;
  NoFileSizeSignal& operator=(const NoFileSizeSignal&) = delete;

 private:
  sigset_t signal_{};
  sigset_t before_{};
};

}  // namespace

Fd make_memory_file(const char* name) noexcept {
  const unsigned wanted = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  Fd fd(memfd_create(name, wanted | MFD_NOEXEC_SEAL));
  if (!fd && (errno == EINVAL || errno == EPERM || errno == ENOSYS)) fd.reset(memfd_create(name, wanted));
  return fd;
}

int set_size(int fd, std::uint64_t bytes) noexcept {
  const NoFileSizeSignal quiet;
  int result = 0;
  do result = ftruncate(fd, static_cast<off_t>(bytes));
  while (result != 0 && errno == EINTR);
  return result == 0 ? 0 : errno;
}

int seal_shrink(int fd) noexcept { return fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK) == 0 ? 0 : errno; }

int commit(int fd, std::uint64_t offset, std::uint64_t bytes) noexcept {
  // An interrupted call takes back what it did, so a large one may never end under a profiler's timer.
  constexpr std::uint64_t kMost = std::uint64_t{64} << 20, kLeast = std::uint64_t{64} << 10;
  std::uint64_t piece = kMost;
  while (bytes > 0) {
    const std::uint64_t now = std::min(bytes, piece);
    if (fallocate(fd, 0, static_cast<off_t>(offset), static_cast<off_t>(now)) == 0) {
      offset += now;
      bytes -= now;
    } else if (errno == EINTR) {
      piece = std::max(piece / 2, kLeast);
    } else {
      return errno;
    }
  }
  return 0;
}

bool is_filled(int fd, std::uint64_t offset, std::uint64_t bytes) noexcept {
  const off_t hole = lseek(fd, static_cast<off_t>(offset), SEEK_HOLE);
  return hole < 0 ? errno == EINVAL || errno == EOPNOTSUPP : static_cast<std::uint64_t>(hole) >= offset + bytes;
}

int give_back(std::byte* from, std::uint64_t bytes) noexcept {
  int result = 0;
  do result = madvise(from, bytes, MADV_REMOVE);
  while (result != 0 && errno == EINTR);
  return result == 0 ? 0 : errno;
}

std::byte* map_shared(int fd, std::uint64_t bytes) noexcept {
  void* place = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
  if (place == MAP_FAILED) return nullptr;
  // A core dump would walk all of it, and whoever waits for the death of this process would wait as long.
  madvise(place, bytes, MADV_DONTDUMP);
  return static_cast<std::byte*>(place);
}

void unmap(std::byte* place, std::uint64_t bytes) noexcept { munmap(place, bytes); }

FileFacts facts_of(int fd) noexcept {
  struct stat facts {};
  if (fstat(fd, &facts) != 0) return {};
  return {facts.st_dev, facts.st_ino, static_cast<std::uint64_t>(facts.st_size),
          static_cast<std::uint64_t>(facts.st_blocks) * 512};
}

std::byte* make_fork_wiped_page(bool& wiped) noexcept {
  void* page = mmap(nullptr, page_size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return nullptr;
  wiped = madvise(page, page_size(), MADV_WIPEONFORK) == 0;
  return static_cast<std::byte*>(page);
}

std::uint64_t page_size() noexcept {
  static const auto size = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  return size;
}

}  // namespace cohort::os
