// SPDX-License-Identifier: Apache-2.0
#include "store/ring_row.h"

#include <utility>

#include "store/records.h"
#include "store/row_key.h"

namespace penstock::store {
namespace {

std::string Row() { return row_key::Meta("keys"); }

}  // namespace

base::Result<std::optional<std::string>> RingRow::Load() {
  PENSTOCK_TRY(auto text, index_.Get(Row()));
  if (!text) return std::optional<std::string>();
  PENSTOCK_TRY(DocumentRecord record, DocumentRecord::Decode(*text));
  return std::optional(std::move(record.text));
}

base::Status RingRow::Save(std::string_view text) {
  IndexBatch batch;
  batch.Put(Row(), DocumentRecord{std::string(text)}.Encode());
  return writer_.Commit(batch);
}

}  // namespace penstock::store
