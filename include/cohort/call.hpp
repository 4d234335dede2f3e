// include/cohort/call.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/call_rules.hpp>
#include <cohort/detail/core/export.hpp>

#include <concepts>
#include <cstdint>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace cohort {

namespace detail {
class COHORT_API CallBody {  // what a Call holds, without the types
 public:
  virtual ~CallBody();
  virtual void run() const = 0;
  virtual void encode(Writer& writer) const = 0;  // a token that decodes this very type, then the values
};
template <class F, class... S>
class TypedCallBody;
}  // namespace detail

// A function with its arguments, to be called in another process and perhaps more than once: initializers, barrier
// actions.
//
//     cohort::Pool pool({.initializer = {open_database, "films.db"}});
//
// What crosses as a task crosses as a Call; the result is dropped. Copies share the arguments, and every call gets
// copies of them (what cannot be copied is moved into the first).
class COHORT_API Call {
 public:
  Call() = default;

  template <class F, class... A>
    requires(!std::same_as<std::decay_t<F>, Call>)
  Call(F&& f, A&&... arguments) {
    detail::check_target<F>();
    detail::check<F, A...>();
    using Arguments = std::tuple<detail::stored_t<A>...>;
    using Body = detail::TypedCallBody<std::decay_t<F>, detail::stored_t<A>...>;
    body_ = std::make_shared<const Body>(std::forward<F>(f), Arguments(std::forward<A>(arguments)...));
  }

  explicit operator bool() const { return body_ != nullptr; }

  // Throws what the function throws, and UsageError if there is none.
  void operator()() const;

 private:
  friend struct detail::Coder<Call>;
  std::shared_ptr<const detail::CallBody> body_;
};

namespace detail {

template <class T>
T copied_or_moved(T& value) {
  if constexpr (std::copy_constructible<T>)
    return value;
  else
    return std::move(value);
}

using CallBodyDecoder = std::shared_ptr<const CallBody>(Reader&);
template <>
inline constexpr std::uint64_t magic_of<CallBodyDecoder> = 0x7b1f9e02c4d86a53U;

template <class F, class... S>
class TypedCallBody final : public CallBody {
 public:
  TypedCallBody(F f, std::tuple<S...> arguments) : f_(std::move(f)), arguments_(std::move(arguments)) {}

  void run() const override {
    F f = copied_or_moved(f_);
    std::tuple<S...> arguments = copied_or_moved(arguments_);
    static_cast<void>(apply_stored(f, arguments));
  }
  void encode(Writer& writer) const override {
    writer.put_plain(function_token<CallBodyDecoder, &TypedCallBody::decode>());
    detail::encode_callable(writer, f_);
    detail::encode(writer, arguments_);
  }
  static std::shared_ptr<const CallBody> decode(Reader& reader) {
    F f = decode_callable<F>(reader);
    return std::make_shared<const TypedCallBody>(std::move(f), detail::decode<std::tuple<S...>>(reader));
  }

 private:
  mutable F f_;  // for functions that can be moved only
  mutable std::tuple<S...> arguments_;
};

template <>
struct COHORT_API Coder<Call> {
  using Parts = Types<>;
  static void encode(Writer& writer, const Call& call);
  static Call decode(Reader& reader);
};

}  // namespace detail

}  // namespace cohort
