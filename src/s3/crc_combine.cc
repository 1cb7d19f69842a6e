// SPDX-License-Identifier: Apache-2.0
#include "s3/crc_combine.h"

#include "base/check.h"

namespace penstock::s3 {
namespace {

// A CRC as polynomials over GF(2) modulo its own, bits reflected: the top bit is x^0.
struct CrcField {
  int width;
  uint64_t polynomial;

  uint64_t one() const { return uint64_t{1} << (width - 1); }

  uint64_t TimesX(uint64_t a) const { return (a & 1) != 0 ? (a >> 1) ^ polynomial : a >> 1; }

  uint64_t Multiply(uint64_t a, uint64_t b) const {
    uint64_t product = 0;
    for (uint64_t bit = one(); bit != 0; bit >>= 1) {
      if ((a & bit) != 0) product ^= b;
      b = TimesX(b);
    }
    return product;
  }

  // x^(8 * bytes)
  uint64_t ShiftOf(uint64_t bytes) const {
    uint64_t power = one();
    for (int i = 0; i < 8; ++i) power = TimesX(power);
    uint64_t result = one();
    for (; bytes != 0; bytes >>= 1) {
      if ((bytes & 1) != 0) result = Multiply(result, power);
      power = Multiply(power, power);
    }
    return result;
  }
};

CrcField FieldOf(crypto::ChecksumKind kind) {
  if (kind == crypto::ChecksumKind::kCrc32) return {32, 0xEDB88320};
  if (kind == crypto::ChecksumKind::kCrc32c) return {32, 0x82F63B78};
  PENSTOCK_CHECK(kind == crypto::ChecksumKind::kCrc64Nvme);
  return {64, 0x9A6C9329AC4BC9B5};
}

uint64_t ToNumber(std::string_view bytes) {
  uint64_t number = 0;
  for (char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

}  // namespace

std::string CombineCrcs(crypto::ChecksumKind kind, std::string_view first, std::string_view second,
                        uint64_t second_length) {
  CrcField field = FieldOf(kind);
  uint64_t combined =
      field.Multiply(field.ShiftOf(second_length), ToNumber(first)) ^ ToNumber(second);
  std::string bytes(static_cast<size_t>(field.width / 8), '\0');
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, combined >>= 8) {
    *byte = static_cast<char>(combined & 0xff);
  }
  return bytes;
}

}  // namespace penstock::s3
