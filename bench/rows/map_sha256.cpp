// bench/rows/map_sha256.cpp                      SPDX-License-Identifier: MIT
//
// Timed on each side: from the call to the full vector of digests. The blocks lie in the caller's
// private memory, so ours copies each to a worker and oneTBB reads it where it is. Both hash with
// OpenSSL, which uses the processor's SHA instructions where it has them.
#include "../clock.hpp"
#include "../peers/tbb_limit.hpp"
#include "../peers/tbb_map.hpp"
#include "../rows.hpp"

#include <cohort/pool.hpp>

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace bench {
namespace {

constexpr std::size_t kBlockBytes = 64 * 1024;
constexpr std::size_t kBlocks = 2'048;
constexpr int kRounds = 31;

using Block = std::vector<std::uint8_t>;
using Digest = std::array<std::uint8_t, 32>;

Digest sha256(const Block& block) {
  Digest digest{};
  if (EVP_Digest(block.data(), block.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("EVP_Digest failed");
  return digest;
}

std::vector<Block> numbered_blocks() {
  std::vector<Block> blocks(kBlocks, Block(kBlockBytes));
  std::uint32_t state = 1;
  for (Block& block : blocks)
    for (std::uint8_t& byte : block) byte = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  return blocks;
}

template <class Map>
double rate(const std::vector<Digest>& expected, Map map) {
  std::vector<Digest> digests;
  const double time = seconds([&] { digests = map(); });
  if (digests != expected) throw std::logic_error("a map with wrong digests");
  return static_cast<double>(kBlocks) / time;
}

void body(Session& session) {
  const std::vector<Block> blocks = numbered_blocks();
  cohort::Pool pool(2);
  const TbbLimit limit(2);
  const std::vector<Digest> expected = tbb_map(sha256, blocks);
  session.compare(
      kRounds, [&] { return rate(expected, [&] { return pool.map(sha256, blocks); }); },
      [&] { return rate(expected, [&] { return tbb_map(sha256, blocks); }); });
}

}  // namespace

Row map_sha256() {
  return {"map of SHA-256, 64 KiB blocks", "blocks/s", "tbb::parallel_for, two threads", Better::higher, 0.95, body};
}

}  // namespace bench
