// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "metadata/row_set.h"

namespace penstock::metadata {

// What is asked of the compact copy of a table (name_parts.h): all parts must be in the name.
struct PartsQuery {
  std::vector<std::string> parts;
  std::optional<bool> archived;  // whether the row is; either where it is not said
};

// Rows of one block, and when those that were ever in it were made, at the earliest and the latest.
struct FoundBlock {
  int64_t block;
  uint64_t bits;
  int64_t first_at, last_at;
};

struct FoundRows {
  RowSet rows;
  std::vector<FoundBlock> blocks;  // the same rows, ascending
};

// A part of the found rows that has the `count` first of them, or last where `descending`, in the
// order in which they were made: `after` is when the one before the first of them was, and all that
// were made at the same time are there too. `all` says that no others are behind `after`.
struct FirstRows {
  RowSet rows;
  bool all = false;
};
FirstRows FindFirst(const FoundRows& found, bool descending, std::optional<int64_t> after,
                    int64_t count);

}  // namespace penstock::metadata
