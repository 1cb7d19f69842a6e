// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace penstock::erasure {

inline constexpr int kMaxShards = 32;  // of data and parity together

// How data is spread: `data` shards hold the bytes, one after the other, and `parity` more are
// computed from them. Any `data` of all the shards give the rest back. Shards are numbered from 0,
// those of data first. All shards of one call have the same size.
struct Layout {
  int data = 1;
  int parity = 0;
  int total() const { return data + parity; }
};

// Whether there is such a code: data of at least 1, parity of at least 0, kMaxShards at most.
bool IsValid(Layout layout);

// A systematic Reed-Solomon code over GF(2^8), whose parity rows are a Cauchy matrix: element (r,
// c) is the inverse of (data + r) xor c, in the field of x^8 + x^4 + x^3 + x^2 + 1. Computes and
// nothing else; immutable, so thread-safe.
class ReedSolomon {
 public:
  explicit ReedSolomon(Layout layout);  // a valid one

  Layout layout() const { return layout_; }
  // Computes every parity shard of `size` bytes; data.size() and parity.size() are the layout's.
  void Encode(std::span<const char* const> data, std::span<char* const> parity, size_t size) const;
  // Whether the parity belongs to the data.
  bool Verify(std::span<const char* const> data, std::span<const char* const> parity,
              size_t size) const;

 private:
  friend class Rebuilder;

  Layout layout_;
  std::vector<uint8_t> matrix_;  // total() rows of `data` coefficients
  std::vector<uint8_t> tables_;  // of the parity rows, expanded for the processor
};

// Gives lost shards back from others. Made once for a pattern of loss and used for many stripes.
class Rebuilder {
 public:
  // `sources` names exactly layout().data different shards that are there, `wanted` those to be
  // computed, in any order.
  Rebuilder(const ReedSolomon& code, std::span<const int> sources, std::span<const int> wanted);

  // The shards in the order they were named in.
  void Rebuild(std::span<const char* const> sources, std::span<char* const> wanted,
               size_t size) const;

 private:
  int source_count_;
  int wanted_count_;
  std::vector<uint8_t> tables_;
};

}  // namespace penstock::erasure
