// tests/unit/codec/token_test.cpp                      SPDX-License-Identifier: MIT
#include "trip.hpp"

#include "support/child.hpp"
#include "support/random.hpp"
#include "support/throws.hpp"

#include <cohort/detail/codec/token.hpp>

#include <dlfcn.h>

#include <cstdint>
#include <string>

namespace cohort::test {
namespace {

using detail::Descriptor;
using detail::descriptor;
using detail::function_of;
using detail::function_token;
using detail::magic_of;
using detail::resolve_token;
using detail::token_of;

using Task = int(int);
using Other = int(long);

int square(int x) { return x * x; }
[[maybe_unused]] int cube(int x) { return x * x * x; }
int of_long(long x) { return static_cast<int>(x); }

const void* address(int (*f)(int)) { return reinterpret_cast<const void*>(f); }

TEST(Token, NamesAFunction) {
  const std::uint64_t token = function_token<Task, &square>();
  EXPECT_NE(token, 0U);
  EXPECT_NE(token, (function_token<Task, &cube>()));
  EXPECT_EQ(function_of<Task>(token), &square);
  EXPECT_EQ(resolve_token(token, magic_of<Task>), (&descriptor<Task, &square>));
}

TEST(Token, IsNoGoodAsAnotherKind) {
  static_assert(magic_of<Task> != magic_of<Other>);
  const std::uint64_t token = function_token<Other, &of_long>();
  EXPECT_EQ(function_of<Other>(token)(7), 7);
  EXPECT_THROW(function_of<Task>(token), DecodeError);
}

TEST(Token, IsTheSameInAnotherProcess) {
  auto child = Child::fork([] { return function_of<Task>(function_token<Task, &square>())(3) == 9 ? 0 : 1; });
  EXPECT_EQ(child.wait(), exited(0));
}

constinit Descriptor<Task> changeable{magic_of<Task>, ~magic_of<Task>, &square};

TEST(Token, NamesConstantsOnly) {
  const Descriptor<Task> on_the_stack = changeable;
  EXPECT_THROW(token_of(&changeable), UsageError);
  EXPECT_THROW(token_of(&on_the_stack), UsageError);
}

TEST(Token, OfWhatIsNoDescriptorIsRefused) {
  const std::uint64_t good = function_token<Task, &square>();
  const std::uint64_t code = detail::encode_function(address(&square));
  for (const std::uint64_t bad :
       {std::uint64_t{0}, good + 1, good - 8, good + 8, code, good ^ 0x80000000U, good | 0xfffffff8U})
    EXPECT_THROW(resolve_token(bad, magic_of<Task>), DecodeError) << std::hex << bad;
  COHORT_EXPECT_THROW(DecodeError, resolve_token(good ^ std::uint64_t{1} << 40, magic_of<Task>), "not loaded");
}

TEST(Token, NoiseNamesNothing) {
  auto random = random_engine();
  const std::uint64_t good = function_token<Task, &square>();
  for (int run = 0; run < 100'000; ++run) {
    const std::uint64_t offset = random() & 0x3fffff;  // within the program, or just outside
    const std::uint64_t token = (good & ~std::uint64_t{0xffffffff}) | offset;
    try {
      auto* const f = function_of<Task>(token);
      EXPECT_TRUE(f == &square || f == &cube);
    } catch (const DecodeError&) {
    }
  }
}

TEST(FunctionPointer, MustBeTheStartOfAFunction) {
  const std::uint64_t token = detail::encode_function(address(&square));
  EXPECT_EQ(detail::decode_function(token), address(&square));
  EXPECT_THROW(detail::decode_function(token + 1), DecodeError);
  EXPECT_THROW(detail::encode_function(static_cast<const char*>(address(&square)) + 1), UsageError);
  EXPECT_EQ(detail::encode_function(nullptr), 0U);
  EXPECT_EQ(detail::decode_function(0), nullptr);
}

TEST(FunctionPointer, MustBePartOfAModule) {
  const int on_the_stack = 0;
  COHORT_EXPECT_THROW(UsageError, detail::encode_function(&on_the_stack), "no program or library");
}

// A library of libc that nobody has loaded yet: its function is known after, and not to who was there before.
TEST(Modules, LoadedLaterAreNotKnownBefore) {
  const detail::LoadedModules before = detail::loaded_modules();
  EXPECT_TRUE(module_of_token_in(before, function_token<Task, &square>()));
  EXPECT_FALSE(module_of_token_in(before, 0x1234567800000000U));

  void* library = ::dlopen("libthread_db.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) GTEST_SKIP() << "no library to load";
  const void* function = ::dlsym(library, "td_init");
  ASSERT_NE(function, nullptr);
  const std::uint64_t token = detail::encode_function(function);
  EXPECT_FALSE(module_of_token_in(before, token));
  EXPECT_TRUE(module_of_token_in(detail::loaded_modules(), token));
  EXPECT_NE(detail::module_name(token).find("libthread_db"), std::string_view::npos);

  ::dlclose(library);  // pinned: it stays
  EXPECT_EQ(detail::decode_function(token), function);
  EXPECT_NE(::dlopen("libthread_db.so.1", RTLD_LAZY | RTLD_NOLOAD), nullptr);
}

TEST(Modules, AreNamed) { EXPECT_EQ(detail::module_name(function_token<Task, &square>()), "this program"); }

}  // namespace
}  // namespace cohort::test
