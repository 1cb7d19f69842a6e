// SPDX-License-Identifier: Apache-2.0
#include "crypto/crc_fold.h"

#include <cstddef>
#include <cstring>

#include "base/check.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace penstock::crypto {

#if defined(__x86_64__)
namespace {

constexpr uint64_t kPolynomial = 0x9A6C9329AC4BC9B5u;  // bit-reversed, without x^64

// x^n modulo the polynomial, bit-reversed: x^0 is the highest bit.
constexpr uint64_t PowerOfX(unsigned n) {
  uint64_t value = uint64_t{1} << 63;
  for (unsigned i = 0; i < n; ++i) value = (value >> 1) ^ ((value & 1) != 0 ? kPolynomial : 0);
  return value;
}

// Moves a block of 128 bits `Bits` bits further up in the text: its low half holds the higher
// powers. The product of two reversed factors comes out one power too high, hence the 1.
template <unsigned Bits>
struct Shift {
  static constexpr uint64_t kLow = PowerOfX(Bits + 64 - 1);
  static constexpr uint64_t kHigh = PowerOfX(Bits - 1);
};

constexpr size_t kLanes = 8;  // enough multiplications on their way at once

template <unsigned Bits>
__attribute__((target("pclmul,sse4.1"))) __m128i Fold(__m128i block, __m128i next) {
  const __m128i by = _mm_set_epi64x(static_cast<long long>(Shift<Bits>::kHigh),
                                    static_cast<long long>(Shift<Bits>::kLow));
  __m128i low = _mm_clmulepi64_si128(block, by, 0x00);
  __m128i high = _mm_clmulepi64_si128(block, by, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

__attribute__((target("sse4.1"))) __m128i Load(const char* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

}  // namespace

bool CanFold() {
  static const bool can = __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
  return can;
}

__attribute__((target("pclmul,sse4.1"))) std::array<char, 16> FoldCrc64Nvme(std::string_view text,
                                                                            uint64_t seed) {
  PENSTOCK_CHECK(text.size() >= kLanes * 16 && text.size() % 16 == 0);
  const char* at = text.data();
  const char* end = at + text.size();
  __m128i lanes[kLanes];
  for (size_t i = 0; i < kLanes; ++i, at += 16) lanes[i] = Load(at);
  lanes[0] = _mm_xor_si128(lanes[0], _mm_cvtsi64_si128(static_cast<long long>(~seed)));
  while (end - at >= static_cast<std::ptrdiff_t>(kLanes * 16)) {
    for (size_t i = 0; i < kLanes; ++i, at += 16) {
      lanes[i] = Fold<kLanes * 128>(lanes[i], Load(at));
    }
  }
  __m128i block = lanes[0];
  for (size_t i = 1; i < kLanes; ++i) block = Fold<128>(block, lanes[i]);
  for (; at < end; at += 16) block = Fold<128>(block, Load(at));
  std::array<char, 16> rest;
  std::memcpy(rest.data(), &block, rest.size());
  return rest;
}

#else

bool CanFold() { return false; }
std::array<char, 16> FoldCrc64Nvme(std::string_view, uint64_t) {
  PENSTOCK_CHECK(false);
  return {};
}

#endif

}  // namespace penstock::crypto
