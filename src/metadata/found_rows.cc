// SPDX-License-Identifier: Apache-2.0
#include "metadata/found_rows.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace penstock::metadata {

FirstRows FindFirst(const FoundRows& found, bool descending, std::optional<int64_t> after,
                    int64_t count) {
  // Time runs backwards where the last rows come first.
  auto begin = [&](const FoundBlock& one) { return descending ? -one.last_at : one.first_at; };
  auto end = [&](const FoundBlock& one) { return descending ? -one.first_at : one.last_at; };
  const int64_t start = !after       ? std::numeric_limits<int64_t>::min()
                        : descending ? -*after
                                     : *after;
  std::vector<const FoundBlock*> blocks;
  for (const FoundBlock& one : found.blocks) {
    if (end(one) >= start) blocks.push_back(&one);
  }
  std::ranges::sort(blocks, {}, [&](const FoundBlock* one) { return begin(*one); });
  size_t taken = 0;
  // Once there are enough, only those blocks count that may hold an earlier row.
  int64_t enough_at = std::numeric_limits<int64_t>::min(), rows = 0;
  for (; taken < blocks.size(); ++taken) {
    const FoundBlock& one = *blocks[taken];
    if (rows >= count && begin(one) > enough_at) break;
    if (rows >= count) continue;
    if (begin(one) > start) rows += std::popcount(one.bits);
    enough_at = std::max(enough_at, end(one));
  }
  FirstRows first;
  first.all = taken == blocks.size();
  blocks.resize(taken);
  std::ranges::sort(blocks, {}, &FoundBlock::block);
  for (const FoundBlock* one : blocks) first.rows.AddBlock(one->block, one->bits);
  return first;
}

}  // namespace penstock::metadata
