// SPDX-License-Identifier: Apache-2.0
#include "crypto/crc.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include <isa-l/crc.h>

#include "crypto/checksum.h"
#include "crypto/crc_fold.h"

namespace penstock::crypto {
namespace {

static_assert(std::endian::native == std::endian::little, "tables are applied to eight bytes read");

// Tables for eight bytes at a step ("slicing by 8"). `polynomial` is bit-reversed.
template <typename Word>
struct Tables {
  std::array<std::array<Word, 256>, 8> table{};

  constexpr explicit Tables(Word polynomial) {
    for (unsigned i = 0; i < 256; ++i) {
      Word value = static_cast<Word>(i);
      for (int bit = 0; bit < 8; ++bit) {
        value = static_cast<Word>((value >> 1) ^ ((value & 1) != 0 ? polynomial : 0));
      }
      table[0][i] = value;
    }
    for (unsigned slice = 1; slice < 8; ++slice) {
      for (unsigned i = 0; i < 256; ++i) {
        Word before = table[slice - 1][i];
        table[slice][i] = static_cast<Word>((before >> 8) ^ table[0][before & 0xFF]);
      }
    }
  }

  Word Update(Word seed, std::string_view bytes) const {
    Word crc = static_cast<Word>(~seed);
    const char* at = bytes.data();
    size_t left = bytes.size();
    for (; left >= 8; left -= 8, at += 8) {
      uint64_t word;
      std::memcpy(&word, at, 8);
      word ^= crc;
      crc = static_cast<Word>(table[7][word & 0xFF] ^ table[6][(word >> 8) & 0xFF] ^
                              table[5][(word >> 16) & 0xFF] ^ table[4][(word >> 24) & 0xFF] ^
                              table[3][(word >> 32) & 0xFF] ^ table[2][(word >> 40) & 0xFF] ^
                              table[1][(word >> 48) & 0xFF] ^ table[0][word >> 56]);
    }
    for (; left > 0; --left, ++at) {
      crc =
          static_cast<Word>((crc >> 8) ^ table[0][(crc ^ static_cast<unsigned char>(*at)) & 0xFF]);
    }
    return static_cast<Word>(~crc);
  }
};

constexpr Tables<uint32_t> kCrc32c(0x82F63B78u);
constexpr Tables<uint64_t> kCrc64Nvme(0x9A6C9329AC4BC9B5u);

// Longer texts are folded sixteen bytes at a step; below this the tables are as quick.
constexpr size_t kFoldFrom = 256;

// The library's lengths are ints.
constexpr size_t kLibraryStep = size_t{1} << 30;

}  // namespace

uint32_t Crc32(std::string_view bytes, uint32_t seed) {
  return crc32_gzip_refl(seed, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

uint32_t Crc32c(std::string_view bytes, uint32_t seed) {
  uint32_t crc = ~seed;
  while (!bytes.empty()) {
    size_t step = std::min(bytes.size(), kLibraryStep);
    auto* begin = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
    crc = crc32_iscsi(begin, static_cast<int>(step), crc);
    bytes.remove_prefix(step);
  }
  return ~crc;
}

uint64_t Crc64Nvme(std::string_view bytes, uint64_t seed) {
  size_t folded = bytes.size() < kFoldFrom || !CanFold() ? 0 : bytes.size() / 16 * 16;
  if (folded > 0) {
    // What is left after folding stands for all that was folded.
    std::array<char, 16> rest = FoldCrc64Nvme(bytes.substr(0, folded), seed);
    seed = kCrc64Nvme.Update(~uint64_t{0}, std::string_view(rest.data(), rest.size()));
  }
  return kCrc64Nvme.Update(seed, bytes.substr(folded));
}

uint32_t Crc32cPortable(std::string_view bytes, uint32_t seed) {
  return kCrc32c.Update(seed, bytes);
}
uint64_t Crc64NvmePortable(std::string_view bytes, uint64_t seed) {
  return kCrc64Nvme.Update(seed, bytes);
}

}  // namespace penstock::crypto
