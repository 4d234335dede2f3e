// src/os/life_pipe.cpp                             SPDX-License-Identifier: MIT
#include "os/life_pipe.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <new>
#include <utility>

namespace cohort::os {

namespace {

// The write ends this process holds. Entries are taken by compare-exchange and read in forked children without a lock,
// because a lock might be held by a thread that the child does not have.
struct Page {
  std::array<std::atomic<int>, 126> fds;
  std::atomic<Page*> next{nullptr};
  Page() noexcept {
    for (auto& fd : fds) fd.store(-1, std::memory_order_relaxed);
  }
};

Page first_page;

bool enter(Page& page, int fd) noexcept {
  for (auto& entry : page.fds) {
    int none = -1;
    if (entry.load(std::memory_order_relaxed) == -1 && entry.compare_exchange_strong(none, fd)) return true;
  }
  return false;
}

Page* next_page(Page& page) noexcept {
  if (auto* next = page.next.load(std::memory_order_acquire)) return next;
  auto* fresh = new (std::nothrow) Page;
  Page* none = nullptr;
  if (fresh == nullptr || page.next.compare_exchange_strong(none, fresh)) return fresh;
  delete fresh;
  return none;
}

bool enter(int fd) noexcept {
  for (Page* page = &first_page; page != nullptr; page = next_page(*page))
    if (enter(*page, fd)) return true;
  return false;
}

template <class F>
void for_each_entry(F visit) noexcept {
  for (Page* page = &first_page; page != nullptr; page = page->next.load(std::memory_order_acquire))
    for (auto& entry : page->fds) visit(entry);
}

void leave(int fd) noexcept {
  for_each_entry([fd](std::atomic<int>& entry) {
    if (entry.load(std::memory_order_relaxed) == fd) entry.store(-1, std::memory_order_relaxed);
  });
}

void close_in_child() noexcept {
  for_each_entry([](std::atomic<int>& entry) {
    const int fd = entry.exchange(-1, std::memory_order_relaxed);
    if (fd >= 0) ::close(fd);
  });
}

void close_in_every_child() noexcept {
  static const int registered = ::pthread_atfork(nullptr, nullptr, close_in_child);
  (void)registered;
}

}  // namespace

LifePipe& LifePipe::operator=(LifePipe&& other) noexcept {
  if (this == &other) return *this;
  cut();
  read_ = std::move(other.read_);
  write_ = std::exchange(other.write_, -1);
  return *this;
}

LifePipe LifePipe::make() noexcept {
  close_in_every_child();
  LifePipe pipe;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return pipe;
  if (!enter(ends[1])) {
    ::close(ends[0]);
    ::close(ends[1]);
    errno = ENOMEM;
    return pipe;
  }
  pipe.read_.reset(ends[0]);
  pipe.write_ = ends[1];
  return pipe;
}

void LifePipe::hold_on() const noexcept {
  const int fd = read_.get();
  ::fcntl(fd, F_SETSIG, SIGKILL);
  ::fcntl(fd, F_SETOWN, ::getpid());
  ::fcntl(fd, F_SETFL, O_ASYNC | O_NONBLOCK);
  pollfd end{.fd = fd, .events = 0, .revents = 0};
  if (::poll(&end, 1, 0) > 0) ::_exit(128 + SIGKILL);  // it ended before the kernel knew whom to tell
}

void LifePipe::cut() noexcept {
  if (write_ < 0) return;
  leave(write_);
  ::close(std::exchange(write_, -1));
}

}  // namespace cohort::os
