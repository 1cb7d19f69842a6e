// SPDX-License-Identifier: Apache-2.0
#include "store/documents.h"

#include <algorithm>

#include "store/records.h"
#include "store/row_key.h"

namespace penstock::store {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

Result<std::optional<std::string>> Documents::Get(std::string_view name) {
  PENSTOCK_TRY(auto text, core_.index.Get(row_key::Document(name)));
  if (!text) return std::optional<std::string>();
  PENSTOCK_TRY(DocumentRecord record, DocumentRecord::Decode(*text));
  return std::optional(std::move(record.text));
}

Status Documents::Put(std::string_view name, std::string_view text) {
  if (name.empty()) return Fail(Code::kInvalidArgument, "a document needs a name");
  IndexBatch batch;
  batch.Put(row_key::Document(name), DocumentRecord{std::string(text)}.Encode());
  return core_.writer.Commit(batch);
}

Status Documents::Delete(std::string_view name) {
  IndexBatch batch;
  batch.Delete(row_key::Document(name));
  return core_.writer.Commit(batch);
}

Result<std::vector<std::string>> Documents::List(std::string_view prefix,
                                                 std::string_view start_after, size_t max_names) {
  std::vector<std::string> names;
  std::string begin = row_key::Document(prefix);
  std::string end = row_key::PrefixEnd(begin);
  if (!start_after.empty()) begin = std::max(begin, row_key::Document(start_after) + '\0');
  if (begin >= end) return names;
  IndexCursor cursor = core_.index.Scan(begin, end);
  for (; cursor.Valid() && names.size() < max_names; cursor.Next()) {
    names.emplace_back(row_key::NameOfDocument(cursor.row()));
  }
  PENSTOCK_RETURN_IF_ERROR(cursor.status());
  return names;
}

}  // namespace penstock::store
