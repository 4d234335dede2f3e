// tests/fuzz/fuzz_decode.cpp                      SPDX-License-Identifier: MIT
#include <cohort/call.hpp>
#include <cohort/crosses.hpp>
#include <cohort/detail/codec/callable.hpp>
#include <cohort/detail/codec/exception.hpp>
#include <cohort/errors.hpp>
#include <cohort/partial.hpp>

#include <array>
#include <bitset>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <exception>
#include <filesystem>
#include <forward_list>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <system_error>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

// Everything that reads bytes which nobody vouches for. The first byte chooses what is read. What decodes is encoded,
// and must then decode and encode to the same again.
namespace {

enum class Colour : std::uint8_t { red, green };

struct Plain {
  int number;
  bool flag;
  Colour colour;
  std::bitset<5> bits;
  std::chrono::milliseconds time;
};
struct Tree {
  std::string name;
  std::vector<Tree> kids;
  std::unique_ptr<Tree> next;
};
struct Everything {
  Plain plain;
  char array[8];
  std::string text;
  std::u32string wide;
  std::vector<Plain> plains;
  std::vector<std::string> texts;
  std::vector<bool> bits;
  std::deque<std::pair<int, std::string>> deque;
  std::list<std::u16string> list;
  std::forward_list<short> chain;
  std::array<std::string, 2> pair;
  std::set<std::string> set;
  std::multimap<int, std::vector<int>> map;
  std::unordered_set<int> hashed;
  std::optional<std::variant<std::monostate, int, std::string, std::vector<std::optional<int>>>> choice;
  std::shared_ptr<const Tree> tree;
  std::filesystem::path path;
  std::error_code code;
  std::tuple<double, std::string, std::tuple<>> tuple;
};
struct Functor {
  int factor;
  int operator()(int x) const { return factor * x; }
};

using cohort::Reader;
using Bytes = std::span<const std::byte>;

std::vector<std::byte> encoded(const auto& value) {
  cohort::detail::BufferWriter writer;
  cohort::encode(writer, value);
  return {writer.bytes().begin(), writer.bytes().end()};
}

template <class T>
void read_value(Bytes bytes) {
  Reader reader(bytes);
  const T first = cohort::decode<T>(reader);
  const auto once = encoded(first);
  Reader again{Bytes(once)};
  const T second = cohort::decode<T>(again);
  if (again.remaining() != 0 || encoded(second).size() != once.size()) std::abort();
}

template <class F>
void read_callable(Bytes bytes) {
  Reader reader(bytes);
  static_cast<void>(cohort::detail::decode_callable<F>(reader));
}

void read_exception(Bytes bytes) {
  Reader reader(bytes);
  const std::exception_ptr error = cohort::detail::decode_exception(reader, "worker", 1);
  if (!error) std::abort();
  cohort::detail::BufferWriter writer;
  cohort::detail::encode_exception(writer, error);
}

// Offsets into this program, so that some of them hit something.
void read_token(Bytes bytes) {
  Reader reader(bytes);
  static const std::uint64_t here = cohort::detail::encode_function(reinterpret_cast<const void*>(&read_exception));
  const std::uint64_t token = here ^ reader.get_plain<std::uint32_t>();
  try {
    static_cast<void>(cohort::detail::decode_function(token));
  } catch (const cohort::DecodeError&) {
  }
  static_cast<void>(cohort::detail::resolve_token(token, cohort::detail::magic_of<void(Reader&)>));
}

using Target = void (*)(Bytes);
constexpr std::array<Target, 11> kTargets{
    &read_value<Everything>,
    &read_value<Tree>,
    &read_value<std::vector<Plain>>,
    &read_value<std::unordered_map<std::string, std::vector<bool>>>,
    &read_value<cohort::Call>,
    &read_exception,
    &read_token,
    &read_callable<int (*)(int)>,
    &read_callable<int (Functor::*)(int) const>,
    &read_callable<int Functor::*>,
    &read_callable<cohort::Partial<Functor, int, std::string>>,
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto rest = std::as_bytes(std::span(data, size)).subspan(1);
  try {
    kTargets[data[0] % kTargets.size()](rest);
  } catch (const cohort::DecodeError&) {
  }
  return 0;
}
