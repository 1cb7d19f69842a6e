// SPDX-License-Identifier: Apache-2.0
#include "store/drives/commit_journal.h"

#include <optional>

#include "store/drive_index.h"
#include "store/record_codec.h"
#include "store/row_key.h"

namespace penstock::store {

using base::Result;

constexpr uint8_t kVersion = 1;

std::string CommitJournal::RowKey() { return row_key::Meta("commit"); }

std::string CommitJournal::Encode() const {
  RecordWriter out;
  out.Byte(kVersion);
  out.Varint(sequence);
  out.Varint(rows.size());
  for (const std::string& row : rows) out.Text(row);
  return out.Take();
}

Result<CommitJournal> CommitJournal::Decode(std::string_view text) {
  RecordReader in(text);
  if (in.Byte() != kVersion) in.Reject();
  CommitJournal journal;
  journal.sequence = in.Varint();
  size_t count = in.Count(1);
  journal.rows.reserve(count);
  for (; count > 0; --count) journal.rows.emplace_back(in.Text());
  PENSTOCK_RETURN_IF_ERROR(in.Finish("commit journal"));
  return journal;
}

std::string IncompleteRow() { return row_key::Meta("incomplete"); }

Result<bool> IsIncomplete(const DriveIndex& index) {
  PENSTOCK_TRY(std::optional<std::string> row, index.Get(IncompleteRow()));
  return row.has_value();
}

base::Status MarkIncomplete(DriveIndex& index) {
  IndexBatch batch;
  batch.Put(IncompleteRow(), "");
  return index.Commit(batch);
}

base::Status MarkComplete(DriveIndex& index) {
  IndexBatch batch;
  batch.Delete(IncompleteRow());
  return index.Commit(batch);
}

Result<CommitJournal> ReadJournal(const DriveIndex& index) {
  PENSTOCK_TRY(bool incomplete, IsIncomplete(index));
  if (incomplete) {
    return base::Fail(base::Code::kUnavailable,
                      "its index was being brought up to date when it was last in use");
  }
  PENSTOCK_TRY(std::optional<std::string> text, index.Get(CommitJournal::RowKey()));
  if (!text) return CommitJournal{};
  return CommitJournal::Decode(*text);
}

Result<bool> CatchUp(const DriveIndex& source, DriveIndex& target) {
  PENSTOCK_TRY(CommitJournal newest, ReadJournal(source));
  PENSTOCK_TRY(CommitJournal own, ReadJournal(target));
  if (own.sequence == newest.sequence) return true;
  if (own.sequence + 1 != newest.sequence) return false;
  IndexBatch batch;
  newest.rows.push_back(CommitJournal::RowKey());
  for (const std::string& row : newest.rows) {
    PENSTOCK_TRY(std::optional<std::string> value, source.GetSealed(row));
    if (value) {
      batch.PutSealed(row, *value);
    } else {
      batch.Delete(row);
    }
  }
  PENSTOCK_RETURN_IF_ERROR(target.Commit(batch));
  return true;
}

}  // namespace penstock::store
