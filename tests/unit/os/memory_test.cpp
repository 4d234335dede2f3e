// tests/unit/os/memory_test.cpp                      SPDX-License-Identifier: MIT
#include "os/memory.hpp"

#include "support/child.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace cohort::test {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;

struct File {
  os::Fd fd = os::make_memory_file("test");
  std::uint64_t size;
  std::byte* place = nullptr;

  explicit File(std::uint64_t bytes) : size(bytes) {
    EXPECT_TRUE(fd);
    EXPECT_EQ(os::set_size(fd.get(), bytes), 0);
    place = os::map_shared(fd.get(), bytes);
    EXPECT_NE(place, nullptr);
  }
  File(File&&) = delete;
  ~File() { os::unmap(place, size); }
  std::uint64_t committed() const { return os::facts_of(fd.get()).committed; }
};

TEST(MemoryFile, TakesMemoryOnlyWhereItIsAskedTo) {
  const File file(std::uint64_t{64} << 30);
  EXPECT_EQ(file.committed(), 0u);
  EXPECT_EQ(os::commit(file.fd.get(), 8 * kMiB, 3 * kMiB), 0);
  EXPECT_EQ(file.committed(), 3 * kMiB);
  EXPECT_EQ(os::commit(file.fd.get(), 8 * kMiB, 3 * kMiB), 0) << "twice is once";
  EXPECT_EQ(file.committed(), 3 * kMiB);
  std::memset(file.place + 8 * kMiB, 1, 3 * kMiB);
  EXPECT_EQ(file.committed(), 3 * kMiB);
  EXPECT_EQ(os::give_back(file.place + 8 * kMiB, 2 * kMiB), 0);
  EXPECT_EQ(file.committed(), kMiB);
  EXPECT_EQ(file.place[8 * kMiB], std::byte{0});
  EXPECT_EQ(file.place[10 * kMiB], std::byte{1});
}

TEST(MemoryFile, CannotShrinkOnceSealed) {
  const File file(kMiB);
  EXPECT_EQ(os::seal_shrink(file.fd.get()), 0);
  EXPECT_EQ(os::set_size(file.fd.get(), 4096), EPERM);
  EXPECT_EQ(os::set_size(file.fd.get(), 2 * kMiB), 0);
  EXPECT_EQ(os::commit(file.fd.get(), 0, kMiB), 0);
  EXPECT_EQ(os::give_back(file.place, kMiB), 0);
}

TEST(MemoryFile, CannotBeExecutedWhereTheSystemHasThat) {
  const File file(4096);
  constexpr int kSealExec = 0x20;
  if ((fcntl(file.fd.get(), F_GET_SEALS) & kSealExec) == 0) GTEST_SKIP() << "no MFD_NOEXEC_SEAL before Linux 6.3";
  EXPECT_NE(fchmod(file.fd.get(), 0777), 0);
}

TEST(MemoryFile, KnowsWhatWasWrittenTo) {
  const File file(16 * kMiB);
  EXPECT_EQ(os::commit(file.fd.get(), 0, 4 * os::page_size()), 0);
  std::memset(file.place, 1, 2 * os::page_size());
  EXPECT_TRUE(os::is_filled(file.fd.get(), 0, 2 * os::page_size()));
  EXPECT_TRUE(os::is_filled(file.fd.get(), 8, os::page_size()));
  EXPECT_FALSE(os::is_filled(file.fd.get(), 8 * kMiB, 8));
}

TEST(MemoryFile, IsSharedByForkedChildren) {
  const File file(kMiB);
  EXPECT_EQ(os::commit(file.fd.get(), 0, 4096), 0);
  Child child = Child::fork([&] {
    *file.place = std::byte{42};
    return 0;
  });
  EXPECT_EQ(child.wait(), exited(0));
  EXPECT_EQ(*file.place, std::byte{42});
}

TEST(MemoryFile, TooLargeForTheLimitOfFilesIsAnErrorAndNoSignal) {
  Child child = Child::fork([] {
    const rlimit limit{kMiB, kMiB};
    setrlimit(RLIMIT_FSIZE, &limit);
    const os::Fd fd = os::make_memory_file("test");
    if (os::set_size(fd.get(), 2 * kMiB) != EFBIG) return 1;
    sigset_t pending;
    sigpending(&pending);
    if (sigismember(&pending, SIGXFSZ)) return 2;
    raise(SIGXFSZ);  // as deadly as before
    return 3;
  });
  EXPECT_EQ(child.wait(), killed_by(SIGXFSZ));
}

TEST(MemoryFile, CommitsUnderARainOfSignals) {
  Child child = Child::fork([] {
    const File file(256 * kMiB);
    struct sigaction action {};
    action.sa_handler = [](int) {};
    sigaction(SIGALRM, &action, nullptr);
    const itimerval often{{0, 1000}, {0, 1000}};
    setitimer(ITIMER_REAL, &often, nullptr);
    const int error = os::commit(file.fd.get(), 0, 200 * kMiB);
    const itimerval never{};
    setitimer(ITIMER_REAL, &never, nullptr);
    return error == 0 && file.committed() == 200 * kMiB ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), exited(0));
}

TEST(MemoryFile, FactsTellFilesApart) {
  const File one(4096), other(4096);
  const os::Fd same(dup(one.fd.get()));
  EXPECT_TRUE(os::facts_of(one.fd.get()).same_file(os::facts_of(same.get())));
  EXPECT_FALSE(os::facts_of(one.fd.get()).same_file(os::facts_of(other.fd.get())));
  EXPECT_FALSE(os::facts_of(one.fd.get()).same_file(os::facts_of(-1)));
}

TEST(ForkWipedPage, IsEmptyInAnyChild) {
  bool wiped = false;
  std::byte* const page = os::make_fork_wiped_page(wiped);
  ASSERT_NE(page, nullptr);
  if (!wiped) GTEST_SKIP() << "MADV_WIPEONFORK is refused here";
  *page = std::byte{1};
  Child child = Child::fork([&] { return *page == std::byte{0} ? 0 : 1; });
  EXPECT_EQ(child.wait(), exited(0));
  const auto bare = static_cast<pid_t>(syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr));
  if (bare == 0) _exit(*page == std::byte{0} ? 0 : 1);
  int status = 0;
  waitpid(bare, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(*page, std::byte{1});
  os::unmap(page, os::page_size());
}

TEST(FreeMemory, IsSomethingAndNotMoreThanThereIs) {
  const std::uint64_t free = os::free_memory();
  EXPECT_GT(free, kMiB);
  EXPECT_LE(free, static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * os::page_size());
}

}  // namespace
}  // namespace cohort::test
