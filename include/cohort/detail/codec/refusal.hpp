// include/cohort/detail/codec/refusal.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/parts.hpp>

#include <any>
#include <concepts>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <ranges>
#include <type_traits>

namespace cohort::detail {

enum class Why {
  none,
  reference,
  pointer,
  member_pointer,
  view,
  iterator,
  reference_wrapper,
  function_wrapper,
  weak_pointer,
  pointer_to_array,
  deleter,
  comparator,
  polymorphic,
  half_custom,
  handle,
  lambda,
  base,
  count,
  array,
  opaque
};

template <class T>
concept hidden_class = std::is_class_v<T> && !std::is_aggregate_v<T> && !std::is_empty_v<T>;
template <class T>
concept has_call_operator = requires { &T::operator(); };
template <class T>
concept iterator_class = std::is_class_v<T> && std::input_or_output_iterator<T>;
template <class T>
concept stateless = std::is_empty_v<T> && std::default_initializable<T>;

template <class T>
inline constexpr Why why_std = Why::none;
template <class T>
inline constexpr Why why_std<std::initializer_list<T>> = Why::view;
template <class T>
inline constexpr Why why_std<std::reference_wrapper<T>> = Why::reference_wrapper;
template <class T>
inline constexpr Why why_std<std::function<T>> = Why::function_wrapper;
template <>
inline constexpr Why why_std<std::any> = Why::function_wrapper;
template <class T>
inline constexpr Why why_std<std::weak_ptr<T>> = Why::weak_pointer;

template <class T>
consteval Why why_not_owned() {
  if constexpr (std::is_array_v<T>)
    return Why::pointer_to_array;
  else if constexpr (std::is_void_v<T>)
    return Why::polymorphic;
  else
    return std::is_polymorphic_v<T> && !custom<T> ? Why::polymorphic : Why::none;
}
template <class T>
inline constexpr Why why_std<std::shared_ptr<T>> = why_not_owned<T>();
template <class T>
inline constexpr Why why_std<std::unique_ptr<T>> = why_not_owned<T>();
template <class T, class D>
inline constexpr Why why_std<std::unique_ptr<T, D>> = Why::deleter;

template <class T>
struct IsBoundedArray : std::is_bounded_array<T> {};
template <class T>
struct IsUnassignable : std::bool_constant<!std::is_array_v<T> && !(std::movable<T> && !std::is_const_v<T>)> {};

// Aggregates with C arrays are made empty and filled, for nothing else initializes an array.
template <class T>
concept unfillable = has_fields<T> && any_of_types<field_types<T>, IsBoundedArray> &&
                     (!std::default_initializable<T> || any_of_types<field_types<T>, IsUnassignable>);

template <class T>
consteval Why why_class() {
  if constexpr (half_custom<T>)
    return Why::half_custom;
  else if constexpr (custom<T> || by_bytes<T>)
    return Why::none;
  else if constexpr (why_std<T> != Why::none)
    return why_std<T>;
  else if constexpr (has_coder<T>)
    return Why::none;
  else if constexpr (std::ranges::view<T>)
    return Why::view;
  else if constexpr (iterator_class<T>)
    return Why::iterator;
  else if constexpr (std::is_empty_v<T> && (std::default_initializable<T> || std::is_trivially_copyable_v<T>))
    return Why::none;
  else if constexpr (hidden_class<T>)
    return has_call_operator<T> ? Why::lambda : Why::opaque;
  else if constexpr (!std::is_aggregate_v<T>)
    return Why::opaque;
  else if constexpr (has_base<T>)
    return Why::base;
  else if constexpr (!has_fields<T>)
    return Why::count;
  else if constexpr (unfillable<T>)
    return Why::array;
  else
    return Why::none;
}

// Why T itself, whatever it contains, cannot be sent to another process.
template <class T>
consteval Why why_not() {
  if constexpr (std::is_reference_v<T>)
    return Why::reference;
  else if constexpr (handle<T>)
    return adl::attaches<T> || custom<T> ? Why::none : Why::handle;
  else if constexpr (std::is_pointer_v<T>)
    return std::is_function_v<std::remove_pointer_t<T>> ? Why::none : Why::pointer;
  else if constexpr (std::is_member_pointer_v<T>)
    return Why::member_pointer;
  else if constexpr (user_type<T> && !std::is_enum_v<T>)
    return why_class<T>();
  else
    return std::is_void_v<T> || std::is_unbounded_array_v<T> ? Why::opaque : Why::none;
}

// The sentences. Member is the type that does not cross and In the type it was found in: compilers print both.
template <class Member, class In, Why why>
consteval void refuse() {
  static_assert(why != Why::reference, "cohort: a reference names an object of this process: make the member a value");
  static_assert(why != Why::pointer,
                "cohort: a pointer means nothing in another process: send the value itself, std::string for text, "
                "std::vector for "
                "a row of values, std::optional or std::unique_ptr for what may be absent");
  static_assert(why != Why::member_pointer,
                "cohort: a pointer to a member crosses only as the function of a task: send the member's value");
  static_assert(why != Why::view,
                "cohort: a view shows memory of this process: send what it shows, as std::string, std::vector or "
                "another container");
  static_assert(why != Why::iterator,
                "cohort: an iterator points into memory of this process: send the element, or its index");
  static_assert(why != Why::reference_wrapper,
                "cohort: std::reference_wrapper refers to memory of this process: send the value and return the "
                "change, or share a Value, "
                "Array or Queue");
  static_assert(why != Why::function_wrapper,
                "cohort: std::function and std::any hide what they hold: send the function or the value itself, or "
                "cohort::partial(f, "
                "values...)");
  static_assert(why != Why::weak_pointer,
                "cohort: std::weak_ptr owns nothing that could be sent: send std::shared_ptr or the value");
  static_assert(why != Why::pointer_to_array,
                "cohort: a pointer to an array does not know its length: send std::vector");
  static_assert(why != Why::deleter,
                "cohort: a std::unique_ptr with a deleter of its own owns more than a value: send the value");
  static_assert(why != Why::comparator,
                "cohort: this container is ordered or hashed by an object with state, which cannot be made anew in "
                "another process: use a "
                "stateless comparator or hash");
  static_assert(why != Why::polymorphic,
                "cohort: a pointer to a polymorphic class does not tell what it points to: send std::variant of the "
                "classes, or write "
                "cohort_encode and cohort_decode for it");
  static_assert(
      why != Why::half_custom,
      "cohort: this type has only one of cohort_encode(cohort::Writer&, const T&) and T cohort_decode(cohort::Reader&, "
      "std::type_identity<T>): write both");
  static_assert(why != Why::handle,
                "cohort: this handle is of use in its own process only: send what it stands for, for instance the "
                "result's value");
  static_assert(why != Why::lambda,
                "cohort: a lambda with captures cannot be sent: give what it captures as arguments, cohort::partial(f, "
                "values...), or "
                "cohort::by_copy(f)");
  static_assert(why != Why::base,
                "cohort: a class with a base cannot be taken apart: make the base a member, or write cohort_encode and "
                "cohort_decode for it");
  static_assert(why != Why::count,
                "cohort: the members of this class cannot be counted (a reference, no default and no copy, or more "
                "than 64): write "
                "cohort_encode and cohort_decode for it");
  static_assert(why != Why::array,
                "cohort: a class with a C array must be default constructible and its other members assignable: use "
                "std::array, or write "
                "cohort_encode and cohort_decode");
  static_assert(why != Why::opaque,
                "cohort: this class hides its members: write cohort_encode and cohort_decode for it, or set "
                "cohort::by_bytes if its bytes "
                "are all there is to it");
}

}  // namespace cohort::detail
