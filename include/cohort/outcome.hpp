// include/cohort/outcome.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <exception>
#include <type_traits>
#include <utility>
#include <variant>

namespace cohort {

// A value, or what was thrown instead of it. try_map gives one per item, so that one item's error hides no other item's
// result:
//
//     for (auto& page : pool.try_map(fetch, urls))
//       if (page) use(*page); else log(page.error());
//
// Looking at the value where there is none throws the error. Has the members that std::expected<T, std::exception_ptr>
// has.
template <class T>
class [[nodiscard]] Outcome {
  static_assert(!std::same_as<T, std::exception_ptr>);

 public:
  using value_type = T;
  using error_type = std::exception_ptr;

  Outcome(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  Outcome(std::exception_ptr error) noexcept : held_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return held_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  const T& value() const& { return *checked(held_); }
  T& value() & { return *checked(held_); }
  T&& value() && { return std::move(*checked(held_)); }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return checked(held_); }
  T* operator->() { return checked(held_); }

  template <class U>
  [[nodiscard]] T value_or(U&& other) const& {
    return has_value() ? **this : static_cast<T>(std::forward<U>(other));
  }

  // Null if there is a value.
  [[nodiscard]] std::exception_ptr error() const noexcept {
    const auto* error = std::get_if<1>(&held_);
    return error ? *error : nullptr;
  }

 private:
  using Held = std::variant<T, std::exception_ptr>;

  template <class H>
  static auto* checked(H& held) {
    if (const auto* error = std::get_if<1>(&held)) std::rethrow_exception(*error);
    return std::get_if<0>(&held);
  }

  Held held_;
};

// For functions that return nothing: whether they returned.
template <>
class [[nodiscard]] Outcome<void> {
 public:
  using value_type = void;
  using error_type = std::exception_ptr;

  Outcome() noexcept = default;
  Outcome(std::exception_ptr error) noexcept : error_(std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return !error_; }
  explicit operator bool() const noexcept { return has_value(); }
  void value() const {
    if (error_) std::rethrow_exception(error_);
  }
  void operator*() const { value(); }
  [[nodiscard]] std::exception_ptr error() const noexcept { return error_; }

 private:
  std::exception_ptr error_{};
};

}  // namespace cohort
