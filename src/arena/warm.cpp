// src/arena/warm.cpp                      SPDX-License-Identifier: MIT
#include "arena/warm.hpp"

#include <array>
#include <cstddef>
#include <mutex>

#include "arena/blocks.hpp"
#include "arena/identity.hpp"
#include "arena/step.hpp"

namespace cohort::arena::warm {
namespace {

struct Kept {
  Place place;
  std::uint64_t bytes = 0;
};

// Oldest first, in a ring. Entries may be wrong: the block may be in use again.
class Ring {
 public:
  void push(const Kept& kept) noexcept {
    if (Kept* const same = find(kept.place)) {
      bytes_ += kept.bytes - same->bytes;
      same->bytes = kept.bytes;
      return;
    }
    ring_[(first_ + size_++) % ring_.size()] = kept;
    bytes_ += kept.bytes;
  }
  Kept pop() noexcept {
    const Kept kept = ring_[first_];
    first_ = (first_ + 1) % ring_.size();
    --size_;
    bytes_ -= kept.bytes;
    return kept;
  }
  bool has_too_much() const noexcept { return size_ > 0 && (bytes_ > kBudget || size_ == ring_.size()); }

 private:
  // The newest first: it is the likeliest.
  Kept* find(const Place& place) noexcept {
    for (std::size_t i = size_; i-- > 0;) {
      Kept& kept = ring_[(first_ + i) % ring_.size()];
      if (kept.place.cls == place.cls && kept.place.index == place.index) return &kept;
    }
    return nullptr;
  }

  std::array<Kept, 128> ring_{};
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  std::uint64_t bytes_ = 0;
};

constinit std::mutex mutex;
constinit Ring ring;

void give_back(const Place& place) noexcept {
  const Holder me = identity::holder();
  if (!me || !swap(place.holder(), 0, me.word)) return;
  empty_block(place);
  swap(place.holder(), me.word, 0);
}

}  // namespace

void keep(const Place& place, std::uint64_t bytes) noexcept {
  const std::scoped_lock lock(mutex);
  ring.push({place, bytes});
  while (ring.has_too_much()) give_back(ring.pop().place);
}

void lock() noexcept { mutex.lock(); }
void unlock() noexcept { mutex.unlock(); }

}  // namespace cohort::arena::warm
