// tests/kill/scribble_test.cpp                      SPDX-License-Identifier: MIT
// A worker that writes nonsense over all the shared memory it can reach breaks what lies there. Its parent gets errors
// or values, but it neither crashes nor hangs.
#include "contract/contract.hpp"
#include "support/random.hpp"

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <random>
#include <ranges>
#include <string>
#include <vector>

namespace cohort::test {
namespace {

struct Mapping {
  std::byte* begin = nullptr;
  int fd = -1;
};

// The arena is a file in memory whose name begins with "cohort", mapped once.
Mapping find_arena() {
  Mapping found;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);)
    if (line.find("memfd:cohort") != std::string::npos && line.find("rw-s") != std::string::npos) {
      found.begin = reinterpret_cast<std::byte*>(std::stoull(line, nullptr, 16));
      break;
    }
  for (int fd = 0; fd < 1024; ++fd) {
    char target[256] = {};
    const std::string link = "/proc/self/fd/" + std::to_string(fd);
    if (readlink(link.c_str(), target, sizeof target - 1) > 0 && std::strstr(target, "memfd:cohort") != nullptr)
      found.fd = fd;
  }
  return found;
}

enum class Pattern { random_words, random_bytes, zeroes, ones, small_numbers };
enum class After { go_on, die, exit, repeat };

struct Plan {
  std::uint64_t seed = 0;
  Pattern pattern{};
  After after{};
  bool part = false;  // a random part of it only: then more of what is read is half right
};

std::uint64_t next_word(std::mt19937_64& engine, Pattern pattern) {
  switch (pattern) {
    case Pattern::random_words:
      return engine() >> (engine() % 64);
    case Pattern::random_bytes:
      return engine();
    case Pattern::zeroes:
      return 0;
    case Pattern::ones:
      return ~std::uint64_t{0};
    case Pattern::small_numbers:
      return engine() % 8;
  }
  return 0;
}

__attribute__((no_sanitize("address", "thread", "undefined"))) void scribble_over(std::byte* from, std::byte* to,
                                                                                  const Plan& plan,
                                                                                  std::mt19937_64& engine) {
  for (auto* word = reinterpret_cast<volatile std::uint64_t*>(from);
       word < reinterpret_cast<volatile std::uint64_t*>(to); ++word)
    if (!plan.part || engine() % 64 == 0) *word = next_word(engine, plan.pattern);
}

// Only where there is memory: the file is large and nearly all of it a hole.
void scribble_once(const Mapping& arena, const Plan& plan, std::mt19937_64& engine) {
  for (off_t begin = 0, end = 0; (begin = lseek(arena.fd, end, SEEK_DATA)) >= 0;) {
    end = lseek(arena.fd, begin, SEEK_HOLE);
    if (end <= begin) break;
    scribble_over(arena.begin + begin, arena.begin + end, plan, engine);
  }
}

int scribble(Plan plan) {
  const Mapping arena = find_arena();
  if (arena.begin == nullptr || arena.fd < 0) {
    board().number[0] = -1;
    return 0;
  }
  std::mt19937_64 engine(plan.seed);
  do {
    scribble_once(arena, plan, engine);
    board().number[0] = 1;
  } while (plan.after == After::repeat);
  if (plan.after == After::die) raise(SIGKILL);
  if (plan.after == After::exit) _exit(0);
  return 1;
}

// Nothing that a program does with its pools afterwards may hang or crash; what it gets is anything.
template <class F>
void anything_but_a_crash(F f) {
  try {
    f();
  } catch (const std::exception&) {
  }
}

void live_through(Plan plan) {
  Pool other(2);
  Pool pool(3);
  std::vector<AsyncResult<int>> numbers;
  std::vector<AsyncResult<std::string>> texts;
  for (int i = 0; i < 50; ++i) {
    numbers.push_back(pool.apply_async(same, i));
    texts.push_back(
        pool.apply_async([](std::size_t n) { return std::string(n, 't'); }, static_cast<std::size_t>(i * 100)));
  }
  std::atomic<int> called = 0;
  (void)pool.apply_async(same, 1).callback([&](int) { ++called; }).error_callback([&](const std::exception&) {
    ++called;
  });
  (void)pool.with({.timeout = 200ms}).apply_async(scribble, plan);
  if (plan.after == After::repeat && !wait_until([] { return board().number[0] != 0; })) return;
  anything_but_a_crash([&] {
    for (int i = 0; i < 50; ++i) {
      numbers.push_back(pool.apply_async(same, i));
      numbers.push_back(other.with({.retries = 1}).apply_async(same, i));
      (void)pool.apply_async(same, 1).callback([&](int) { ++called; }).error_callback([&](const std::exception&) {
        ++called;
      });
    }
  });
  anything_but_a_crash([&] {
    (void)pool.with({.retries = 1, .chunksize = 3})
        .map([](int i) { return std::to_string(i); }, std::views::iota(0, 100));
  });
  anything_but_a_crash([&] { (void)other.try_map(same, std::views::iota(0, 100)); });
  for (const auto& r : numbers) anything_but_a_crash([&] { (void)r.get(); });
  for (const auto& r : texts) anything_but_a_crash([&] { (void)r.get(); });
  anything_but_a_crash([&] { (void)pool.workers(); });
  if (plan.seed % 2 == 0) pool.terminate();
}

const Program kScribbled("scribbled", [](const Arguments& arguments) {
  const Plan plan{.seed = std::stoull(arguments.at(0)),
                  .pattern = static_cast<Pattern>(std::stoi(arguments.at(1))),
                  .after = static_cast<After>(std::stoi(arguments.at(2))),
                  .part = arguments.at(3) == "part"};
  live_through(plan);
  std::printf("%d\n", static_cast<int>(board().number[0]));
  return 0;
});

class Scribble : public ::testing::TestWithParam<After> {};

TEST_P(Scribble, OverTheWholeArenaNeitherCrashesNorHangsTheParent) {
  COHORT_NEEDS_WORKERS();
  expect_within(std::chrono::seconds(240));
  auto engine = random_engine();
  const int rounds = slowness() > 2 ? 1 : 4;
  for (const auto pattern :
       {Pattern::random_words, Pattern::random_bytes, Pattern::zeroes, Pattern::ones, Pattern::small_numbers})
    for (const std::string extent : {"whole", "part"})
      for (int round = 0; round < rounds; ++round) {
        const Arguments plan{std::to_string(engine()), std::to_string(static_cast<int>(pattern)),
                             std::to_string(static_cast<int>(GetParam())), extent};
        SCOPED_TRACE("--program=scribbled " + plan[0] + " " + plan[1] + " " + plan[2] + " " + plan[3]);
        Child program = Child::start(kScribbled, plan);
        EXPECT_EQ(program.wait(), exited(0));
        const auto line = program.line();
        EXPECT_NE(line.value_or("?"), "-1") << "the worker did not find the arena";
        if (HasFailure()) return;
      }
}

std::string name_of(const ::testing::TestParamInfo<After>& after) {
  constexpr std::array kNames{"GoOn", "Die", "Exit", "Repeat"};
  return kNames.at(static_cast<std::size_t>(after.param));
}

INSTANTIATE_TEST_SUITE_P(And, Scribble, ::testing::Values(After::go_on, After::die, After::exit, After::repeat),
                         name_of);

}  // namespace
}  // namespace cohort::test
