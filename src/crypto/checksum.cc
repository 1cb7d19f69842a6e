// SPDX-License-Identifier: Apache-2.0
#include "crypto/checksum.h"

#include <array>
#include <bit>
#include <cstring>

#include "base/check.h"
#include "crypto/digest.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace penstock::crypto {
namespace {

// Tables for reflected CRCs, eight bytes a step ("slicing by 8").
template <typename Word>
using SlicingTables = std::array<std::array<Word, 256>, 8>;

template <typename Word>
constexpr SlicingTables<Word> MakeTables(Word reflected_polynomial) {
  SlicingTables<Word> tables{};
  for (unsigned i = 0; i < 256; ++i) {
    Word crc = i;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1) != 0 ? (crc >> 1) ^ reflected_polynomial : crc >> 1;
    }
    tables[0][i] = crc;
  }
  for (unsigned i = 0; i < 256; ++i) {
    for (unsigned slice = 1; slice < 8; ++slice) {
      Word previous = tables[slice - 1][i];
      tables[slice][i] = (previous >> 8) ^ tables[0][previous & 0xff];
    }
  }
  return tables;
}

constexpr SlicingTables<uint32_t> kCrc32Tables = MakeTables<uint32_t>(0xedb88320u);
constexpr SlicingTables<uint32_t> kCrc32cTables = MakeTables<uint32_t>(0x82f63b78u);
constexpr SlicingTables<uint64_t> kCrc64NvmeTables = MakeTables<uint64_t>(0x9a6c9329ac4bc9b5ull);

// Continues a CRC whose register (already inverted) is `crc`.
template <typename Word>
Word UpdateTables(const SlicingTables<Word>& tables, Word crc, std::string_view bytes) {
  const char* data = bytes.data();
  size_t left = bytes.size();
  while (left >= 8) {
    uint64_t block = 0;
    std::memcpy(&block, data, 8);
    static_assert(std::endian::native == std::endian::little);
    block ^= crc;
    Word next = 0;
    for (unsigned i = 0; i < 8; ++i) next ^= tables[7 - i][(block >> (8 * i)) & 0xff];
    crc = next;
    data += 8;
    left -= 8;
  }
  while (left-- > 0) crc = (crc >> 8) ^ tables[0][(crc ^ static_cast<uint8_t>(*data++)) & 0xff];
  return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) uint32_t UpdateCrc32cHardware(uint32_t crc,
                                                                std::string_view bytes) {
  const char* data = bytes.data();
  size_t left = bytes.size();
  uint64_t wide = crc;
  while (left >= 8) {
    uint64_t block = 0;
    std::memcpy(&block, data, 8);
    wide = _mm_crc32_u64(wide, block);
    data += 8;
    left -= 8;
  }
  auto narrow = static_cast<uint32_t>(wide);
  while (left-- > 0) narrow = _mm_crc32_u8(narrow, static_cast<uint8_t>(*data++));
  return narrow;
}
#endif

uint32_t UpdateCrc32c(uint32_t crc, std::string_view bytes) {
#if defined(__x86_64__)
  static const bool kHardware = __builtin_cpu_supports("sse4.2") != 0;
  if (kHardware) return UpdateCrc32cHardware(crc, bytes);
#endif
  return UpdateTables(kCrc32cTables, crc, bytes);
}

template <typename Word>
std::string BigEndian(Word value) {
  std::string bytes(sizeof(Word), '\0');
  for (size_t i = 0; i < sizeof(Word); ++i) {
    bytes[i] = static_cast<char>(value >> (8 * (sizeof(Word) - 1 - i)));
  }
  return bytes;
}

class Crc32Checksum final : public Checksum {
 public:
  void Update(std::string_view bytes) override { crc_ = UpdateTables(kCrc32Tables, crc_, bytes); }
  std::string Finish() override { return BigEndian(~crc_); }

 private:
  uint32_t crc_ = ~uint32_t{0};
};

class Crc32cChecksum final : public Checksum {
 public:
  void Update(std::string_view bytes) override { crc_ = UpdateCrc32c(crc_, bytes); }
  std::string Finish() override { return BigEndian(~crc_); }

 private:
  uint32_t crc_ = ~uint32_t{0};
};

class Crc64NvmeChecksum final : public Checksum {
 public:
  void Update(std::string_view bytes) override {
    crc_ = UpdateTables(kCrc64NvmeTables, crc_, bytes);
  }
  std::string Finish() override { return BigEndian(~crc_); }

 private:
  uint64_t crc_ = ~uint64_t{0};
};

class DigestChecksum final : public Checksum {
 public:
  explicit DigestChecksum(DigestKind kind) : digest_(kind) {}
  void Update(std::string_view bytes) override { digest_.Update(bytes); }
  std::string Finish() override { return digest_.Finish(); }

 private:
  Digest digest_;
};

}  // namespace

uint32_t Crc32c(std::string_view bytes, uint32_t seed) { return ~UpdateCrc32c(~seed, bytes); }

std::unique_ptr<Checksum> MakeChecksum(ChecksumKind kind) {
  switch (kind) {
    case ChecksumKind::kCrc32:
      return std::make_unique<Crc32Checksum>();
    case ChecksumKind::kCrc32c:
      return std::make_unique<Crc32cChecksum>();
    case ChecksumKind::kCrc64Nvme:
      return std::make_unique<Crc64NvmeChecksum>();
    case ChecksumKind::kSha1:
      return std::make_unique<DigestChecksum>(DigestKind::kSha1);
    case ChecksumKind::kSha256:
      return std::make_unique<DigestChecksum>(DigestKind::kSha256);
  }
  PENSTOCK_CHECK(false);
}

std::string_view ChecksumName(ChecksumKind kind) {
  switch (kind) {
    case ChecksumKind::kCrc32:
      return "CRC32";
    case ChecksumKind::kCrc32c:
      return "CRC32C";
    case ChecksumKind::kCrc64Nvme:
      return "CRC64NVME";
    case ChecksumKind::kSha1:
      return "SHA1";
    case ChecksumKind::kSha256:
      return "SHA256";
  }
  return "";
}

}  // namespace penstock::crypto
