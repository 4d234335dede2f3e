// tests/unit/codec/writer_test.cpp                      SPDX-License-Identifier: MIT
#include "trip.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace cohort::test {
namespace {

using detail::BufferWriter;

TEST(Writer, WritesCountsInOneByteOrNine) {
  for (const std::size_t count : {std::size_t{0}, std::size_t{254}, std::size_t{255}, std::size_t{1} << 40}) {
    BufferWriter writer;
    writer.put_count(count);
    EXPECT_EQ(writer.size(), count < 255 ? 1U : 9U);
  }
}

TEST(Writer, GrowsAndKeepsWhatWasWritten) {
  BufferWriter writer;
  for (std::uint32_t i = 0; i < 10'000; ++i) writer.put_plain(i);
  ASSERT_EQ(writer.size(), 40'000U);
  Reader reader(writer.bytes());
  for (std::uint32_t i = 0; i < 10'000; ++i) ASSERT_EQ(reader.get_plain<std::uint32_t>(), i);
}

TEST(Writer, AlignsFromItsBeginning) {
  BufferWriter writer;
  writer.put_plain('a');
  writer.align(8);
  EXPECT_EQ(writer.size(), 8U);
  writer.align(8);
  EXPECT_EQ(writer.size(), 8U);
}

TEST(Writer, ForgetsWhatIsRewound) {
  BufferWriter writer;
  writer.put_plain(1);
  const std::size_t before = writer.size();
  cohort::encode(writer, std::string(1000, 'x'));
  writer.rewind(before);
  EXPECT_EQ(writer.size(), before);
  writer.clear();
  EXPECT_EQ(writer.size(), 0U);
}

// Room for so much and no more.
class Narrow final : public Writer {
 public:
  explicit Narrow(std::span<std::byte> memory) : Writer(memory.data(), memory.data() + memory.size()) {}

 private:
  void grow(std::size_t) override { throw Full("no more room"); }
};

TEST(Writer, LetsWhoeverOwnsTheMemoryRefuse) {
  std::array<std::byte, 16> memory{};
  Narrow writer(memory);
  writer.put_plain(std::uint64_t{1});
  EXPECT_THROW(cohort::encode(writer, std::string(8, 'x')), Full);
  EXPECT_EQ(writer.size(), 9U);
}

}  // namespace
}  // namespace cohort::test
