// src/codec/module_table.cpp                      SPDX-License-Identifier: MIT
#include "module.hpp"

#include <cohort/errors.hpp>

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>

// Weak, because a static program has nothing to load from, and libc would warn about it.
extern "C" void* dlopen(const char*, int) noexcept(noexcept(::dlopen(nullptr, 0))) __attribute__((weak));

namespace cohort::codec {

namespace {

// Filled from the front, each place once, by compare-exchange: no lock that a fork could find held for ever.
constexpr std::size_t kMaxModules = 1024;
constinit std::array<std::atomic<const Module*>, kMaxModules> known{};

template <class Predicate>
const Module* find_known(Predicate is_it) {
  for (const auto& place : known) {
    const Module* module = place.load(std::memory_order_acquire);
    if (module == nullptr) return nullptr;
    if (is_it(*module)) return module;
  }
  return nullptr;
}

// Two threads may come with the same module; the second to arrive finds the first one's.
const Module& remember(std::unique_ptr<const Module> module) {
  for (auto& place : known) {
    const Module* there = nullptr;
    if (place.compare_exchange_strong(there, module.get(), std::memory_order_acq_rel)) return *module.release();
    if (there->base == module->base) return *there;
  }
  throw UsageError("cohort: functions of more than " + std::to_string(kMaxModules) +
                   " libraries were sent to other processes");
}

std::string quoted(const Module& module) { return module.is_program ? "this program" : "'" + module.name + "'"; }

// Keeps it loaded. False if it is gone already.
bool pin(const Module& module) {
  if (module.is_program || &::dlopen == nullptr) return true;
  return ::dlopen(module.name.c_str(), RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE) != nullptr;
}

bool has_twin(const std::vector<Module>& modules, const Module& module) {
  return std::ranges::count(modules, module.hash, &Module::hash) > 1;
}

}  // namespace

const Module& module_at(const void* address) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  if (const Module* module = find_known([=](const Module& m) { return m.holds(at); })) return *module;

  std::vector<Module> modules = scan_modules();
  const auto found = std::ranges::find_if(modules, [=](const Module& m) { return m.holds(at); });
  if (found == modules.end())
    throw UsageError(
        "cohort: this function is part of no program or library that is loaded, so it has no name in another process");
  if (found->hash == 0)
    throw UsageError("cohort: " + quoted(*found) +
                     " has no build id, so its functions cannot be named in another process: link it with "
                     "-Wl,--build-id");
  if (has_twin(modules, *found))
    throw UsageError("cohort: " + quoted(*found) +
                     " is loaded twice, so its functions cannot be told apart in another process");
  if (!pin(*found)) throw UsageError("cohort: " + quoted(*found) + " is being unloaded");
  return remember(std::make_unique<const Module>(std::move(*found)));
}

const Module& module_named(std::uint32_t hash) {
  if (const Module* module = find_known([=](const Module& m) { return m.hash == hash; })) return *module;

  std::vector<Module> modules = scan_modules();
  const auto found = std::ranges::find(modules, hash, &Module::hash);
  if (hash == 0 || found == modules.end())
    throw DecodeError(
        "cohort: a function arrived from a library (or a build of it) that this process has not loaded: load it before "
        "the process is started");
  if (has_twin(modules, *found))
    throw DecodeError("cohort: " + quoted(*found) + " is loaded twice: which function is meant is unknown");
  if (!pin(*found)) throw DecodeError("cohort: " + quoted(*found) + " is being unloaded");
  return remember(std::make_unique<const Module>(std::move(*found)));
}

}  // namespace cohort::codec
