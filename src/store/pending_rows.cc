// SPDX-License-Identifier: Apache-2.0
#include "store/pending_rows.h"

#include <utility>

namespace penstock::store {

using base::Result;

Result<std::optional<std::string>> PendingRows::Get(std::string_view row) const {
  if (!changes_.empty()) {
    auto changed = changes_.find(row);
    if (changed != changes_.end()) return changed->second;
  }
  return index_.Get(row);
}

Result<std::optional<PendingRows::Row>> PendingRows::First(std::string_view begin,
                                                           std::string_view end) const {
  IndexCursor cursor = index_.Scan(begin, end);
  // Rows that were changed here count as they are here.
  while (cursor.Valid() && changes_.contains(cursor.row())) cursor.Next();
  PENSTOCK_RETURN_IF_ERROR(cursor.status());
  auto changed = changes_.lower_bound(begin);
  while (changed != changes_.end() && !changed->second) ++changed;
  if (changed != changes_.end() && changed->first < end &&
      (!cursor.Valid() || changed->first < cursor.row())) {
    return std::optional(Row{changed->first, *changed->second});
  }
  if (!cursor.Valid()) return std::optional<Row>();
  PENSTOCK_TRY(std::string_view record, cursor.record());
  return std::optional(Row{std::string(cursor.row()), std::string(record)});
}

void PendingRows::MoveTo(IndexBatch& batch) {
  for (auto& [row, record] : changes_) {
    if (record) {
      batch.Put(row, std::move(*record));
    } else {
      batch.Delete(row);
    }
  }
  changes_.clear();
}

}  // namespace penstock::store
