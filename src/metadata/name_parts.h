// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "metadata/found_rows.h"
#include "metadata/transaction.h"

namespace penstock::metadata {

// Looks for a part of a name as SQL's LIKE '%part%' does: letters of ASCII in any case, '%' stands
// for anything and '_' for one character.
class NamePart {
 public:
  explicit NamePart(std::string_view part);

  // Names are kept in blocks of up to 64 lines (docs/formats/metadata.md): a character of U+E000 on
  // that tells the row's place in the block, the name in small letters, a line feed; before the
  // first line is a line feed, too. The rows whose names have the part, a bit for each place.
  uint64_t FindIn(std::string_view block) const;

  // Control characters are not kept in blocks, so parts with any are not for them.
  static bool IsForBlocks(std::string_view part);

 private:
  bool Matches(std::string_view name) const;

  std::string pattern_;
  std::string literal_;  // the longest stretch of the part without wildcards
  bool plain_ = false;   // it has no others
};

// The runs that are asked for.
base::Result<FoundRows> FindRunsByNameParts(Transaction& tx, const PartsQuery& query);

// The steps of the schema that keep the blocks, and what they tell beside names.
extern const char kRunNamesSchema[];
extern const char kRunBlocksSchema[];

}  // namespace penstock::metadata
