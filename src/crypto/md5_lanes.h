// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace penstock::crypto {

// What MD5 (RFC 1321) carries from block to block.
using Md5State = std::array<uint32_t, 4>;
inline constexpr Md5State kMd5Start = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};
inline constexpr size_t kMd5Block = 64;

// One message's next bytes.
struct Md5Lane {
  Md5State* state;
  const char* bytes;
};
inline constexpr size_t kMd5Lanes = 8;

// Adds whole blocks of one message.
void HashMd5Blocks(Md5State& state, const char* bytes, size_t blocks);

// Whether this processor hashes several messages at once.
bool CanHashMd5Lanes();
// Adds that many blocks to each of up to kMd5Lanes messages at once, which takes hardly longer than
// one does. Only where CanHashMd5Lanes().
void HashMd5Lanes(std::span<const Md5Lane> lanes, size_t blocks);

// The next blocks of one message.
struct Md5Job {
  Md5Lane lane;
  size_t blocks;
};
// Adds to each of any number of messages what there is, several at once where the processor can.
void HashMd5Jobs(std::vector<Md5Job> jobs);

}  // namespace penstock::crypto
