// SPDX-License-Identifier: Apache-2.0
#include "crypto/md5_lanes.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace penstock::crypto {
namespace {

// floor(2^32 * |sin(i + 1)|)
constexpr uint32_t kSines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
constexpr int kRotations[4][4] = {
    {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

constexpr int WordOf(int step) {
  constexpr int kFactor[] = {1, 5, 3, 7}, kFirst[] = {0, 1, 5, 0};
  return (kFactor[step / 16] * step + kFirst[step / 16]) % 16;
}

// Of one message or, where Word is a vector, of several. Inlined into functions that are compiled
// for what the processor can.
template <int Step, typename Word>
[[gnu::always_inline]] inline void OneStep(Word& a, const Word& b, const Word& c, const Word& d,
                                           const Word* text) {
  constexpr int kRotation = kRotations[Step / 16][Step % 4];
  Word sum = a + text[WordOf(Step)] + kSines[Step];
#if defined(__x86_64__) && !defined(__clang__)  // which takes no vector there
  // Not to be added in another order: what is known early does not wait for b.
  if constexpr (sizeof(Word) > sizeof(uint32_t)) asm("" : "+v"(sum));
#endif
  if constexpr (Step < 16) {
    sum += ((c ^ d) & b) ^ d;
  } else if constexpr (Step < 32 && sizeof(Word) > sizeof(uint32_t)) {
    sum += (d & b) | (~d & c);
  } else if constexpr (Step < 32) {
    // The two never have a bit in common; added one after the other, the first does not wait for b.
    sum += ~d & c;
    sum += d & b;
  } else if constexpr (Step < 48) {
    sum += (c ^ d) ^ b;
  } else {
    sum += c ^ (b | ~d);
  }
  a = (sum << kRotation | sum >> (32 - kRotation)) + b;
}

template <int Step, typename Word>
[[gnu::always_inline]] inline void Steps(Word& a, Word& b, Word& c, Word& d, const Word* text) {
  OneStep<Step>(a, b, c, d, text);
  OneStep<Step + 1>(d, a, b, c, text);
  OneStep<Step + 2>(c, d, a, b, text);
  OneStep<Step + 3>(b, c, d, a, text);
  if constexpr (Step + 4 < 64) Steps<Step + 4>(a, b, c, d, text);
}

template <typename Word>
[[gnu::always_inline]] inline void AddBlock(Word (&state)[4], const Word* text) {
  Word a = state[0], b = state[1], c = state[2], d = state[3];
  Steps<0>(a, b, c, d, text);
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

// Adds that many blocks to each, of kMd5Lanes at most.
void HashTogether(std::span<Md5Job> jobs, size_t blocks) {
  std::vector<Md5Lane> lanes;
  for (Md5Job& job : jobs) {
    lanes.push_back(job.lane);
    job.lane.bytes += blocks * kMd5Block;
    job.blocks -= blocks;
  }
  if (lanes.size() > 1) return HashMd5Lanes(lanes, blocks);
  HashMd5Blocks(*lanes[0].state, lanes[0].bytes, blocks);
}

}  // namespace

namespace {

void HashByWords(Md5State& state, const char* bytes, size_t blocks) {
  uint32_t words[4] = {state[0], state[1], state[2], state[3]};
  for (; blocks > 0; --blocks, bytes += kMd5Block) {
    uint32_t text[16];
    std::memcpy(text, bytes, kMd5Block);
    AddBlock(words, text);
  }
  state = {words[0], words[1], words[2], words[3]};
}

}  // namespace

#if defined(__x86_64__)
namespace {

using Vector = uint32_t __attribute__((vector_size(32)));

// Word i of eight messages, from eight words of each.
[[gnu::always_inline, gnu::target("avx2")]] inline void Transpose(const char* const* bytes,
                                                                  size_t offset, Vector* text) {
  __m256i rows[8], pairs[8], fours[8];
  for (int i = 0; i < 8; ++i) {
    rows[i] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes[i] + offset));
  }
  for (int i = 0; i < 8; i += 2) {
    pairs[i] = _mm256_unpacklo_epi32(rows[i], rows[i + 1]);
    pairs[i + 1] = _mm256_unpackhi_epi32(rows[i], rows[i + 1]);
  }
  for (int i = 0; i < 8; i += 4) {
    fours[i] = _mm256_unpacklo_epi64(pairs[i], pairs[i + 2]);
    fours[i + 1] = _mm256_unpackhi_epi64(pairs[i], pairs[i + 2]);
    fours[i + 2] = _mm256_unpacklo_epi64(pairs[i + 1], pairs[i + 3]);
    fours[i + 3] = _mm256_unpackhi_epi64(pairs[i + 1], pairs[i + 3]);
  }
  for (int i = 0; i < 4; ++i) {
    text[i] = reinterpret_cast<Vector>(_mm256_permute2x128_si256(fours[i], fours[i + 4], 0x20));
    text[i + 4] = reinterpret_cast<Vector>(_mm256_permute2x128_si256(fours[i], fours[i + 4], 0x31));
  }
}

[[gnu::always_inline, gnu::target("avx2")]] inline void HashEight(Md5State* const* states,
                                                                  const char** bytes,
                                                                  size_t blocks) {
  Vector words[4];
  for (size_t lane = 0; lane < kMd5Lanes; ++lane) {
    for (size_t word = 0; word < 4; ++word) words[word][lane] = (*states[lane])[word];
  }
  for (; blocks > 0; --blocks) {
    Vector text[16];
    Transpose(bytes, 0, text);
    Transpose(bytes, kMd5Block / 2, text + 8);
    AddBlock(words, text);
    for (size_t lane = 0; lane < kMd5Lanes; ++lane) bytes[lane] += kMd5Block;
  }
  for (size_t lane = 0; lane < kMd5Lanes; ++lane) {
    for (size_t word = 0; word < 4; ++word) (*states[lane])[word] = words[word][lane];
  }
}

[[gnu::target("avx2")]] void HashByAvx2(Md5State* const* states, const char** bytes,
                                        size_t blocks) {
  HashEight(states, bytes, blocks);
}

// The same with the instructions for three operands' logic and for rotating, which make each step
// as short as that of a message alone.
[[gnu::target("avx2,avx512f,avx512vl")]] void HashByAvx512(Md5State* const* states,
                                                           const char** bytes, size_t blocks) {
  HashEight(states, bytes, blocks);
}

// One message with the same instructions: a step is a tick shorter than with those for words.
[[gnu::target("avx2,avx512f,avx512vl")]] void HashOneByAvx512(Md5State& state, const char* bytes,
                                                              size_t blocks) {
  using Single = uint32_t __attribute__((vector_size(16)));
  Single words[4];
  for (size_t i = 0; i < 4; ++i) words[i] = Single{state[i]};
  for (; blocks > 0; --blocks, bytes += kMd5Block) {
    Single text[16];
    for (size_t i = 0; i < 16; ++i) {
      uint32_t word;
      std::memcpy(&word, bytes + i * sizeof(word), sizeof(word));
      text[i] = Single{word};
    }
    AddBlock(words, text);
  }
  for (size_t i = 0; i < 4; ++i) state[i] = words[i][0];
}

bool HasAvx512() {
  static const bool has =
      __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512vl") != 0;
  return has;
}

}  // namespace

void HashMd5Blocks(Md5State& state, const char* bytes, size_t blocks) {
  if (HasAvx512()) return HashOneByAvx512(state, bytes, blocks);
  HashByWords(state, bytes, blocks);
}

bool CanHashMd5Lanes() {
  static const bool can = __builtin_cpu_supports("avx2");
  return can;
}

void HashMd5Lanes(std::span<const Md5Lane> lanes, size_t blocks) {
  PENSTOCK_CHECK(!lanes.empty() && lanes.size() <= kMd5Lanes);
  Md5State unused{};
  Md5State* states[kMd5Lanes];
  const char* bytes[kMd5Lanes];
  for (size_t i = 0; i < kMd5Lanes; ++i) {
    states[i] = i < lanes.size() ? lanes[i].state : &unused;
    bytes[i] = lanes[i < lanes.size() ? i : 0].bytes;
  }
  if (HasAvx512()) return HashByAvx512(states, bytes, blocks);
  HashByAvx2(states, bytes, blocks);
}
#else
void HashMd5Blocks(Md5State& state, const char* bytes, size_t blocks) {
  HashByWords(state, bytes, blocks);
}
bool CanHashMd5Lanes() { return false; }
void HashMd5Lanes(std::span<const Md5Lane>, size_t) { PENSTOCK_CHECK(false); }
#endif

void HashMd5Jobs(std::vector<Md5Job> jobs) {
  const size_t together = CanHashMd5Lanes() ? kMd5Lanes : 1;
  while (!jobs.empty()) {
    // The last ones: what has been hashed to its end is taken off there.
    std::sort(jobs.begin(), jobs.end(),
              [](const Md5Job& a, const Md5Job& b) { return a.blocks > b.blocks; });
    const std::span<Md5Job> some = std::span(jobs).last(std::min(together, jobs.size()));
    const size_t common = some.back().blocks;
    HashTogether(some, common);
    while (!jobs.empty() && jobs.back().blocks == 0) jobs.pop_back();
  }
}

}  // namespace penstock::crypto
