// include/cohort/detail/process/target.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/call_rules.hpp>

#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace cohort::detail {

// What a process runs: any callable with its arguments, as it is, because a forked child has a copy of everything.
class Target {
 public:
  virtual ~Target() = default;
  virtual void call() = 0;
};

template <class F, class... A>
class TargetOf final : public Target {
 public:
  template <class G, class... B>
  explicit TargetOf(G&& f, B&&... arguments) : f_(std::forward<G>(f)), arguments_(std::forward<B>(arguments)...) {}

  void call() override {
    static_cast<void>(apply_stored(f_, arguments_));
  }

 private:
  F f_;
  std::tuple<stored_t<A>...> arguments_;
};

}  // namespace cohort::detail
