// include/cohort/detail/codec/token.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/core/export.hpp>

#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

namespace cohort::detail {

// A function is named across processes by a token: which module (a hash of its build id, so that it means the same
// everywhere) and where in it. Not where the code is, for an offset may point into the middle of a function, but where
// a constant lies that vouches for itself:
//
//      token    | hash of the module's build id : 32 | offset : 32 |          0 is nothing
//                                                  │
//      module   ···········  | magic | ~magic | function |  ··········        in memory that is read-only once it is
//      loaded
//
// The magic number differs from signature to signature, so that a token of one kind is no good as another.
template <class Fn>
struct Descriptor {
  std::uint64_t magic;
  std::uint64_t check;
  Fn* fn;
};

// FNV-1a over what compilers agree on: everything but blanks, up to where a list of aliases may follow.
consteval std::uint64_t hash_signature(std::string_view pretty) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : pretty.substr(pretty.find("Fn = "))) {
    if (c == ';' || c == ']') break;
    if (c != ' ') hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  return hash;
}
template <class Fn>
consteval std::uint64_t magic_of_signature() {
  return hash_signature(__PRETTY_FUNCTION__);
}
// Compilers spell some types differently. So a signature whose tokens the compiled library resolves is given a number
// by hand.
template <class Fn>
inline constexpr std::uint64_t magic_of = magic_of_signature<Fn>();

template <class Fn, Fn* fn>
inline constexpr Descriptor<Fn> descriptor{magic_of<Fn>, ~magic_of<Fn>, fn};

// The token of a descriptor. Its module stays loaded from now on. Throws UsageError if the module has no build id.
COHORT_API std::uint64_t token_of(const void* descriptor);

// The descriptor that a token names, if there is one with this magic number; else throws DecodeError.
COHORT_API const void* resolve_token(std::uint64_t token, std::uint64_t magic);

template <class Fn, Fn* fn>
std::uint64_t function_token() {
  static std::atomic<std::uint64_t> known{0};
  std::uint64_t token = known.load(std::memory_order_relaxed);
  if (token == 0) [[unlikely]] {
    token = token_of(&descriptor<Fn, fn>);
    known.store(token, std::memory_order_relaxed);
  }
  return token;
}
template <class Fn>
Fn* function_of(std::uint64_t token) {
  return static_cast<const Descriptor<Fn>*>(resolve_token(token, magic_of<Fn>))->fn;
}

// Functions that are known by address only have no descriptor. Their tokens name the code itself, which must be the
// start of a function by its module's unwind table; to be believed within one process tree only. A null pointer is 0.
COHORT_API std::uint64_t encode_function(const void* function);
COHORT_API const void* decode_function(std::uint64_t token);

// The modules loaded now. A process forked now knows their tokens and not those of what is loaded later.
class COHORT_API LoadedModules {
 public:
  LoadedModules();
  [[nodiscard]] bool has(std::uint64_t token) const;

 private:
  std::vector<std::uint32_t> hashes_;
};
inline LoadedModules loaded_modules() { return {}; }
inline bool module_of_token_in(const LoadedModules& modules, std::uint64_t token) { return modules.has(token); }

// The file of the module that a token names, for messages.
COHORT_API std::string_view module_name(std::uint64_t token);

}  // namespace cohort::detail
