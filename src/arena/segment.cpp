// src/arena/segment.cpp                      SPDX-License-Identifier: MIT
#include "arena/segment.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <new>
#include <system_error>

#include <cohort/errors.hpp>

#include "arena/build_id.hpp"
#include "arena/limit.hpp"
#include "arena/step.hpp"

namespace cohort::arena {

namespace detail {
constinit Segment segment;
constinit std::byte* base = nullptr;
}  // namespace detail

namespace {

constexpr unsigned kMostShift = 40, kLeastReservationShift = 32;  // 1 TiB, 4 GiB
constexpr unsigned kZoneBits = std::countr_zero(kZones);

struct Mapping {
  std::byte* place = nullptr;
  unsigned shift = 0;
};

// As much as goes: RLIMIT_AS, RLIMIT_FSIZE, valgrind and small machines each know less.
Mapping map_largest(int fd) {
  int error = 0;
  for (unsigned shift = kMostShift; shift >= kLeastReservationShift; --shift) {
    const std::uint64_t bytes = std::uint64_t{1} << shift;
    std::byte* const place = os::map_shared(fd, bytes);
    error = place ? os::set_size(fd, bytes) : errno;
    if (place && error == 0) return {place, shift};
    if (place) os::unmap(place, bytes);
  }
  throw std::system_error(error, std::generic_category(),
                          "cohort: cannot reserve 4 GiB of address space for shared memory (ulimit -v, ulimit -f)");
}

void bind_extents() noexcept {
  Segment& s = segment();
  Header& h = header();
  const std::uint64_t zone = s.zone();
  s.processes.bind(h.processes, std::min<std::uint64_t>(kMostProcesses, zone / 16 / 128), {zone / 16, 128});
  s.threads.bind(h.threads, std::min<std::uint64_t>(kMostThreads, zone / 8 / 128), {zone / 8, 128});
  const std::uint64_t most_references = std::bit_floor(zone / 4 / (16 * kStripes));
  for (unsigned i = 0; i < kStripes; ++i) s.references[i].bind(h.references[i], most_references, {zone / 4, 16, i});
  std::uint64_t table = zone / 2;
  for (unsigned c = 0; c < s.classes; ++c) {
    const std::uint64_t most = zone >> (c + kLeastShift);
    s.blocks[c].bind(h.blocks[c], most, {table, table_stride(c)});
    s.tables[c] = table;
    table += std::max(most * table_stride(c), kPage);
  }
}

void adopt(int fd, std::byte* place, unsigned shift) noexcept {
  Segment& s = segment();
  s.fd = fd;
  s.zone_shift = shift - kZoneBits;
  s.classes = std::min(kClasses, s.zone_shift - kLeastShift + 1);
  s.file = os::facts_of(fd);
  detail::base = place;
  bind_extents();
}

// Everything of a header that never changes.
bool same_constants(const Header& h, std::uint64_t reservation) noexcept {
  return h.magic == kMagic && h.canary == ~kMagic && h.version == kLayoutVersion && h.reservation == reservation;
}

}  // namespace

void create_segment() {
  const std::uint64_t limit = chosen_limit();
  os::Fd fd = os::make_memory_file("cohort");
  if (!fd) throw std::system_error(errno, std::generic_category(), "cohort: cannot make shared memory (memfd_create)");
  const Mapping mapping = map_largest(fd.get());
  if (const int error = os::commit(fd.get(), 0, kPage); error != 0) {
    os::unmap(mapping.place, std::uint64_t{1} << mapping.shift);
    throw std::system_error(error, std::generic_category(), "cohort: cannot take memory for shared memory");
  }
  os::seal_shrink(fd.get());
  auto* const h = new (mapping.place) Header{};
  h->version = kLayoutVersion;
  h->build = build_hash();
  h->reservation = std::uint64_t{1} << mapping.shift;
  h->limit = limit;
  h->canary = ~kMagic;
  h->magic = kMagic;
  segment().limit = limit;
  adopt(fd.release(), mapping.place, mapping.shift);
}

void attach_segment(int fd) {
  const os::FileFacts facts = os::facts_of(fd);
  const unsigned shift = facts.size ? static_cast<unsigned>(std::countr_zero(facts.size)) : 0;
  if (!std::has_single_bit(facts.size) || shift < kLeastReservationShift || shift > kMostShift)
    throw Error("cohort: the descriptor that was passed on is not cohort's shared memory");
  std::byte* const place = os::map_shared(fd, facts.size);
  if (!place)
    throw std::system_error(errno, std::generic_category(), "cohort: cannot map the shared memory of the parent process");
  const Header& h = *reinterpret_cast<Header*>(place);
  const bool same_build = h.build == build_hash();
  if (!same_constants(h, facts.size) || !same_build) {
    os::unmap(place, facts.size);
    throw Error(same_build ? "cohort: the shared memory of the parent process is not of this version of cohort"
                           : "cohort: the parent process runs another build of this program: start both from one");
  }
  segment().limit = h.limit;
  adopt(fd, place, shift);
}

bool is_sound() noexcept { return same_constants(header(), segment().reservation()); }

Failure commit(std::uint64_t offset, std::uint64_t bytes) noexcept {
  const Segment& s = segment();
  if (offset > s.reservation() || bytes > s.reservation() - offset || !is_sound()) return Failure::damaged;
  // A program that closes all descriptors closes ours, and the number may be anybody's by now.
  const os::FileFacts now = os::facts_of(s.fd);
  if (!now.same_file(s.file)) return Failure::closed;
  if (now.committed + bytes > s.limit) return Failure::limit;
  step();
  return os::commit(s.fd, offset, bytes) == 0 ? Failure::none : Failure::memory;
}

bool is_committed(std::uint64_t offset, std::uint64_t bytes) noexcept {
  return os::is_filled(segment().fd, offset, bytes);
}

int fd() noexcept { return segment().fd; }

std::uint64_t used() noexcept {
  const os::FileFacts now = os::facts_of(segment().fd);
  return now.same_file(segment().file) ? now.committed : segment().limit;
}

std::uint64_t limit() noexcept { return segment().limit; }

}  // namespace cohort::arena
