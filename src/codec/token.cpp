// src/codec/token.cpp                      SPDX-License-Identifier: MIT
#include <cohort/detail/codec/token.hpp>

#include "module.hpp"

#include <cohort/errors.hpp>

#include <algorithm>

namespace cohort::detail {

namespace {

using codec::Module;
using AnyDescriptor = Descriptor<void()>;

constexpr unsigned kOffsetBits = 32;
constexpr std::uint64_t kOffsetMask = (std::uint64_t{1} << kOffsetBits) - 1;

constexpr std::uint32_t module_of(std::uint64_t token) { return static_cast<std::uint32_t>(token >> kOffsetBits); }

std::uint64_t make_token(const Module& module, std::uintptr_t at) {
  const std::uintptr_t offset = at - module.base;
  if (offset > kOffsetMask)
    throw UsageError("cohort: '" + module.name + "' is larger than 4 GiB: its functions cannot be named");
  return std::uint64_t{module.hash} << kOffsetBits | offset;
}

// Not checked by ASan: what lies there is not known to be an object before its magic number says so.
__attribute__((no_sanitize_address)) bool vouches(std::uintptr_t at, std::uint64_t magic) {
  const auto* words = reinterpret_cast<const volatile std::uint64_t*>(at);
  return words[0] == magic && words[1] == ~magic;
}

// What a thread asked last is what it will ask next. Modules with tokens are never unloaded, so an answer stays true,
// in a forked child too.
struct LastFunction {
  std::uint64_t token = 0;
  std::uintptr_t at = 0;
};
struct LastDescriptor {
  std::uint64_t token = 0;
  std::uint64_t magic = 0;
  const void* at = nullptr;
};
constinit thread_local LastFunction last_sent;
constinit thread_local LastFunction last_received;
constinit thread_local LastDescriptor last_resolved;

const void* resolve_anew(std::uint64_t token, std::uint64_t magic) {
  const Module& module = codec::module_named(module_of(token));
  const std::uintptr_t at = module.base + (token & kOffsetMask);
  const bool fits = at % alignof(AnyDescriptor) == 0 && module.is_constant(at, sizeof(AnyDescriptor));
  if (!fits || !vouches(at, magic))
    throw DecodeError("cohort: these bytes name no function that was meant to be called from elsewhere");
  return reinterpret_cast<const void*>(at);
}

std::uint64_t encode_anew(std::uintptr_t at) {
  const Module& module = codec::module_at(reinterpret_cast<const void*>(at));
  if (!module.is_function_start(at))
    throw UsageError(
        "cohort: this pointer is not known to be the start of a function, so it cannot be sent: wrap the call in a "
        "lambda");
  return make_token(module, at);
}

std::uintptr_t decode_anew(std::uint64_t token) {
  const Module& module = codec::module_named(module_of(token));
  const std::uintptr_t at = module.base + (token & kOffsetMask);
  if (!module.is_function_start(at)) throw DecodeError("cohort: these bytes point to no function");
  return at;
}

}  // namespace

std::uint64_t token_of(const void* descriptor) {
  const auto at = reinterpret_cast<std::uintptr_t>(descriptor);
  const Module& module = codec::module_at(descriptor);
  if (!module.is_constant(at, sizeof(AnyDescriptor)))
    throw UsageError("cohort: a function's descriptor must be a constant");
  return make_token(module, at);
}

const void* resolve_token(std::uint64_t token, std::uint64_t magic) {
  LastDescriptor& last = last_resolved;
  if (last.token != token || last.magic != magic || token == 0) [[unlikely]]
    last = {token, magic, resolve_anew(token, magic)};
  return last.at;
}

std::uint64_t encode_function(const void* function) {
  const auto at = reinterpret_cast<std::uintptr_t>(function);
  LastFunction& last = last_sent;
  if (last.at != at) [[unlikely]]
    last = {at == 0 ? 0 : encode_anew(at), at};
  return last.token;
}

const void* decode_function(std::uint64_t token) {
  LastFunction& last = last_received;
  if (last.token != token) [[unlikely]]
    last = {token, token == 0 ? 0 : decode_anew(token)};
  return reinterpret_cast<const void*>(last.at);
}

LoadedModules::LoadedModules() {
  for (const Module& module : codec::scan_modules())
    if (module.hash != 0) hashes_.push_back(module.hash);
  std::ranges::sort(hashes_);
}

bool LoadedModules::has(std::uint64_t token) const { return std::ranges::binary_search(hashes_, module_of(token)); }

std::string_view module_name(std::uint64_t token) {
  const Module& module = codec::module_named(module_of(token));
  return module.is_program ? "this program" : std::string_view(module.name);
}

}  // namespace cohort::detail
