// tests/unit/codec/limits_test.cpp                      SPDX-License-Identifier: MIT
#include "trip.hpp"

#include "support/random.hpp"
#include "support/throws.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <forward_list>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

// What strangers may send.
namespace cohort::test {
namespace {

using detail::BufferWriter;
using detail::Limits;

// A message that announces `count` elements and has `bytes` zeros behind it.
Bytes announcing(std::uint64_t count, std::size_t bytes) {
  BufferWriter writer;
  writer.put_plain(std::uint8_t{255});
  writer.put_plain(count);
  const Bytes zeros(bytes);
  writer.put(zeros.data(), zeros.size());
  return {writer.bytes().begin(), writer.bytes().end()};
}

template <class T>
void expect_refused(const Bytes& bytes, std::string_view why) {
  COHORT_EXPECT_THROW(DecodeError, decoded<T>(bytes), "cohort: ", why);
}

struct Big {
  std::string name;
  std::array<std::optional<std::string>, 50> rows;
};

TEST(Limits, NoCountExceedsWhatIsLeft) {
  for (const std::uint64_t count :
       {std::uint64_t{101}, std::uint64_t{1} << 32, ~std::uint64_t{0}, ~std::uint64_t{0} / 8 + 1}) {
    const Bytes bytes = announcing(count, 100);
    expect_refused<std::string>(bytes, "more elements");
    expect_refused<std::vector<int>>(bytes, "more elements");
    expect_refused<std::vector<std::string>>(bytes, "more elements");
    expect_refused<std::vector<std::monostate>>(bytes, "more elements");
    expect_refused<std::vector<Big>>(bytes, "more elements");
    expect_refused<std::set<int>>(bytes, "more elements");
    expect_refused<std::map<int, int>>(bytes, "more elements");
    expect_refused<std::unordered_map<int, int>>(bytes, "more elements");
    expect_refused<std::forward_list<std::string>>(bytes, "more elements");
    expect_refused<std::filesystem::path>(bytes, "more elements");
  }
  expect_refused<std::vector<bool>>(announcing(1000, 100), "");
  expect_refused<std::vector<bool>>(announcing(~std::uint64_t{0}, 100), "more elements");
  expect_refused<std::vector<int>>(announcing(26, 100), "more elements");
}

TEST(Limits, RoomIsMadeForWhatIsThereOnly) {
  // A million elements of 2 kB each are announced by a megabyte, and the first is broken: no gigabytes for it.
  Bytes bytes = announcing(1'000'000, 1'000'000);
  bytes.at(9) = std::byte{255};
  const Reader reader{std::span<const std::byte>(bytes)};
  EXPECT_LE(reader.room_for(1'000'000, sizeof(Big)) * sizeof(Big), 16'000'000U);
  expect_refused<std::vector<Big>>(bytes, "");
}

TEST(Limits, MemoryIsCounted) {
  const Bytes bytes = encoded(std::vector<std::string>(100, "x"));
  const Limits enough{.memory = 100 * sizeof(std::string) + 100};
  const Limits scarce{.memory = 100 * sizeof(std::string)};
  EXPECT_EQ(decoded<std::vector<std::string>>(bytes, enough).size(), 100U);
  COHORT_EXPECT_THROW(DecodeError, decoded<std::vector<std::string>>(bytes, scarce), "more memory");
}

struct Chain {
  std::unique_ptr<Chain> next;
};
Chain chain_of(std::size_t length) {
  Chain chain;
  for (std::size_t i = 0; i < length; ++i) chain = Chain{std::make_unique<Chain>(std::move(chain))};
  return chain;
}
struct Loop {
  std::shared_ptr<Loop> next;
};

TEST(Limits, DepthIsLimitedWhenWriting) {
  EXPECT_NO_THROW(encoded(chain_of(Limits{}.depth - 1)));
  COHORT_EXPECT_THROW(Error, encoded(chain_of(Limits{}.depth)), "deeper than 256");
  auto loop = std::make_shared<Loop>();
  loop->next = loop;
  EXPECT_THROW(encoded(loop), Error);
  loop->next.reset();
}

TEST(Limits, DepthIsLimitedWhenReading) {
  const Bytes deep(100'000, std::byte{1});
  COHORT_EXPECT_THROW(DecodeError, decoded<Chain>(deep), "deeper than 256");
  const Bytes bytes = encoded(chain_of(10));
  EXPECT_NO_THROW(decoded<Chain>(bytes, {.depth = 11}));
  EXPECT_THROW(decoded<Chain>(bytes, {.depth = 10}), DecodeError);
}

TEST(Limits, ChoicesExistOrAreRefused) {
  expect_refused<std::optional<int>>(Bytes(8, std::byte{2}), "alternative");
  expect_refused<std::unique_ptr<int>>(Bytes(8, std::byte{2}), "alternative");
  expect_refused<std::variant<int, char>>(Bytes(8, std::byte{2}), "alternative");
  expect_refused<std::error_code>(Bytes(8, std::byte{9}), "alternative");
}

struct Everything {
  bool flag;
  std::string text;
  std::vector<int> numbers;
  std::vector<std::string> texts;
  std::vector<bool> bits;
  std::map<std::string, std::vector<int>> map;
  std::unordered_map<int, std::string> table;
  std::optional<std::variant<int, std::string, std::monostate>> choice;
  std::shared_ptr<std::deque<double>> owner;
  std::filesystem::path path;
  std::error_code code;
  Chain chain;
  int array[3];
};

TEST(Limits, NoiseIsAValueOrAnError) {
  auto random = random_engine();
  for (int run = 0; run < 20'000; ++run) {
    Bytes noise(random() % 200);
    const bool low = random() % 2 == 0;  // small numbers get further
    for (auto& byte : noise) byte = static_cast<std::byte>(low ? random() % 4 : random());
    try {
      static_cast<void>(decoded<Everything>(noise));
    } catch (const DecodeError&) {
    }
  }
}

TEST(Limits, ChangedMessagesAreAValueOrAnError) {
  auto random = random_engine();
  Everything value{};
  value.text = "text";
  value.numbers.assign(30, 7);
  value.texts = {"a", "bb", std::string(300, 'c')};
  value.map = {{"k", {1, 2}}};
  value.table = {{1, "x"}};
  value.choice = "chosen";
  value.owner = std::make_shared<std::deque<double>>(3, 1.5);
  const Bytes bytes = encoded(value);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int run = 0; run < 20; ++run) {
      Bytes changed = bytes;
      changed[at] = static_cast<std::byte>(random());
      try {
        static_cast<void>(decoded<Everything>(changed));
      } catch (const DecodeError&) {
      }
    }
  }
}

}  // namespace
}  // namespace cohort::test
