// include/cohort/detail/arena/refs.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/core/export.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace cohort::arena {

struct Holder;

namespace detail {
struct Local;  // what this process knows about an object that it refers to
}

// This process's share of an object in the arena: a block that goes when the last reference
// to it goes, in whatever process or message that is.
//
// Concurrency: copies may be used and dropped by any thread; one Ref by one at a time.
// After fork:  the child has a share of its own.
// Death:       what a dead process referred to is dropped by process_died().
class COHORT_API Ref {
 public:
  // What the object's block may hold: blocks and references held by inside(offset()) go with it.
  enum class Contents : bool { none, owned };

  Ref() noexcept = default;
  // A new object of at least `bytes`, aligned to 64, contents undefined. Throws Error.
  static Ref make(std::size_t bytes, Contents contents = Contents::none);

  Ref(const Ref& other) noexcept;
  Ref(Ref&& other) noexcept : local_(std::exchange(other.local_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(local_, other.local_);
    return *this;
  }
  ~Ref() {
    if (local_) drop();
  }

  // Gives a message a share of its own; publish the message afterwards. The number goes into
  // the message, and is good for one from_message(). Throws Error.
  std::uint64_t to_message(Holder message) const;

  // Takes the share out of a message which this process holds. Throws DecodeError if there
  // is none by that number.
  static Ref from_message(Holder message, std::uint64_t ticket);

  explicit operator bool() const noexcept { return local_ != nullptr; }
  std::uint64_t offset() const noexcept;
  std::size_t size() const noexcept;
  std::byte* bytes() const noexcept;
  template <class T>
  T* get() const noexcept {
    return reinterpret_cast<T*>(bytes());
  }

  friend bool operator==(const Ref&, const Ref&) noexcept = default;  // the same object

 private:
  explicit Ref(detail::Local* local) noexcept : local_(local) {}
  void drop() noexcept;

  detail::Local* local_ = nullptr;
};

}  // namespace cohort::arena
