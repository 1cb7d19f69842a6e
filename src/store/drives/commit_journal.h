// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::store {

// The row "m commit" of an index that has replicas: which commit the replica has, and the keys of
// the rows that this last one changed. Commits follow one another on all drives in one order, and
// none begins before the one before it is on every drive that is in sync; so after a crash replicas
// differ by the last one alone, and these keys are what has to be copied.
struct CommitJournal {
  uint64_t sequence = 0;
  std::vector<std::string> rows;

  static std::string RowKey();
  std::string Encode() const;
  static base::Result<CommitJournal> Decode(std::string_view text);
};

// A replica bears this row while it is brought up to date. Its rows, the journal among them, are
// copied one after the other beside new commits: until it has all of them it says nothing about
// what was committed, whatever its journal says and whoever is recorded as being in sync.
std::string IncompleteRow();

class DriveIndex;
base::Result<bool> IsIncomplete(const DriveIndex& index);
base::Status MarkIncomplete(DriveIndex& index);
// With this, what was copied is durable too.
base::Status MarkComplete(DriveIndex& index);

// The journal of an index; one without the row has sequence 0. kUnavailable where the index is
// incomplete.
base::Result<CommitJournal> ReadJournal(const DriveIndex& index);

// Brings `target` to what `source` has, where it is at most one commit behind; false where it is
// further away, or ahead.
base::Result<bool> CatchUp(const DriveIndex& source, DriveIndex& target);

}  // namespace penstock::store
