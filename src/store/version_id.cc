// SPDX-License-Identifier: Apache-2.0
#include "store/version_id.h"

namespace penstock::store {
namespace {

// Odd, so that multiplying modulo 2^64 can be undone.
constexpr uint64_t kFactor = 0x9E3779B97F4A7C15u;

// Newton's method; each step doubles the bits that are right.
constexpr uint64_t Inverse(uint64_t odd) {
  uint64_t inverse = odd;
  for (int step = 0; step < 5; ++step) inverse *= 2 - odd * inverse;
  return inverse;
}
static_assert(kFactor * Inverse(kFactor) == 1);

// Turned, since the low bits of a product depend on low bits alone.
constexpr uint64_t Turn(uint64_t number) { return number << 32 | number >> 32; }

constexpr size_t kDigits = 16;

}  // namespace

std::string FormatVersionId(uint64_t sequence) {
  uint64_t mixed = Turn(sequence * kFactor) * kFactor;
  std::string id(kDigits, '0');
  for (size_t i = kDigits; i-- > 0; mixed >>= 4) id[i] = "0123456789abcdef"[mixed & 15];
  return id;
}

std::optional<uint64_t> ParseVersionId(std::string_view id) {
  if (id.size() != kDigits) return std::nullopt;
  uint64_t mixed = 0;
  for (char c : id) {
    bool digit = c >= '0' && c <= '9';
    if (!digit && (c < 'a' || c > 'f')) return std::nullopt;
    mixed = mixed << 4 | static_cast<uint64_t>(digit ? c - '0' : c - 'a' + 10);
  }
  return Turn(mixed * Inverse(kFactor)) * Inverse(kFactor);
}

}  // namespace penstock::store
