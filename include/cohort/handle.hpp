// include/cohort/handle.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <type_traits>

namespace cohort {

// The base of every handle: a small value that names an object other processes can name too (a queue, a lock, a
// result). Copies name the same object, so handles are passed by value; every operation is const, as with shared_ptr.
// As an argument of a task a handle arrives as an lvalue naming the same object, where everything else arrives as a
// private copy.
struct HandleTag {};

template <class T>
concept handle = std::derived_from<std::remove_cvref_t<T>, HandleTag>;

}  // namespace cohort
