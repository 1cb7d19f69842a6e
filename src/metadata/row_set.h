// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

namespace penstock::metadata {

// Some rows of a table, by their numbers, with a bit for each. Blocks of 64 rows are added in
// ascending order.
class RowSet {
 public:
  static constexpr int kBlockBits = 6;

  // The rows of one block: bit i is row block * 64 + i.
  void AddBlock(int64_t block, uint64_t bits) {
    if (bits == 0) return;
    if (stretches_.empty() || block - stretches_.back().end() > kLongestGap) {
      stretches_.push_back({block, {}});
    }
    Stretch& last = stretches_.back();
    last.words.resize(static_cast<size_t>(block - last.first) + 1);
    last.words.back() = bits;
    size_ += std::popcount(bits);
  }
  bool Has(int64_t row) const {
    const uint64_t word = WordOf(row >> kBlockBits);
    return (word >> (row & 63) & 1) != 0;
  }
  // How many rows there are.
  int64_t size() const { return size_; }
  // Keeps what the other has, too.
  void Intersect(const RowSet& other) {
    RowSet both;
    ForEachBlock(
        [&](int64_t block, uint64_t bits) { both.AddBlock(block, bits & other.WordOf(block)); });
    *this = std::move(both);
  }
  // Calls visit(row) for each, ascending.
  template <typename Visit>
  void ForEach(Visit visit) const {
    ForEachBlock([&](int64_t block, uint64_t bits) {
      for (; bits != 0; bits &= bits - 1) {
        visit((block << kBlockBits) + std::countr_zero(bits));
      }
    });
  }

 private:
  // Blocks that follow each other, with a word for each, also where there are small gaps.
  struct Stretch {
    int64_t first = 0;
    std::vector<uint64_t> words;
    int64_t end() const { return first + static_cast<int64_t>(words.size()); }
  };
  static constexpr int64_t kLongestGap = 4096;

  uint64_t WordOf(int64_t block) const {
    auto after = std::ranges::upper_bound(stretches_, block, {}, &Stretch::first);
    if (after == stretches_.begin()) return 0;
    const Stretch& stretch = *std::prev(after);
    return block < stretch.end() ? stretch.words[static_cast<size_t>(block - stretch.first)] : 0;
  }
  template <typename Visit>
  void ForEachBlock(Visit visit) const {
    for (const Stretch& stretch : stretches_) {
      for (size_t i = 0; i < stretch.words.size(); ++i) {
        visit(stretch.first + static_cast<int64_t>(i), stretch.words[i]);
      }
    }
  }

  std::vector<Stretch> stretches_;
  int64_t size_ = 0;
};

}  // namespace penstock::metadata
