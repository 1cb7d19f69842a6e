// SPDX-License-Identifier: Apache-2.0
#include "store/usage.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "store/row_key.h"

namespace penstock::store {
namespace {

using base::Result;
using base::Status;

constexpr std::string_view kCounted = "usage";

uint64_t ToCount(int64_t number) { return static_cast<uint64_t>(std::max<int64_t>(number, 0)); }

// Adds up the versions of every row that begins so.
Status CountRows(const Index& index, const std::string& prefix, bool are_newest,
                 std::map<uint64_t, UsageRecord>& usage) {
  IndexCursor cursor = index.Scan(prefix, row_key::PrefixEnd(prefix));
  for (; cursor.Valid(); cursor.Next()) {
    PENSTOCK_TRY(std::string_view text, cursor.record());
    PENSTOCK_TRY(ObjectRecord record, ObjectRecord::Decode(text));
    UsageRecord& bucket = usage[row_key::BucketOf(cursor.row())];
    bucket.Add(UsageOf(record));
    if (are_newest) ++bucket.objects;
  }
  return cursor.status();
}

}  // namespace

UsageRecord UsageOf(const ObjectRecord& version) {
  UsageRecord usage;
  (version.delete_marker ? usage.delete_markers : usage.versions) = 1;
  usage.bytes = static_cast<int64_t>(version.size);
  return usage;
}

Result<BucketUsage> ReadUsage(const Index& index, uint64_t bucket) {
  PENSTOCK_TRY(auto text, index.Get(row_key::Usage(bucket)));
  if (!text) return BucketUsage{};
  PENSTOCK_TRY(UsageRecord record, UsageRecord::Decode(*text));
  return BucketUsage{ToCount(record.objects), ToCount(record.versions),
                     ToCount(record.delete_markers), ToCount(record.bytes)};
}

Result<std::map<uint64_t, UsageRecord>> CountUsage(const Index& index) {
  std::map<uint64_t, UsageRecord> usage;
  PENSTOCK_RETURN_IF_ERROR(CountRows(index, "o", /*are_newest=*/true, usage));
  PENSTOCK_RETURN_IF_ERROR(CountRows(index, "v", /*are_newest=*/false, usage));
  return usage;
}

Status EnsureUsage(const Index& index, IndexWriter& writer) {
  PENSTOCK_TRY(auto counted, index.Get(row_key::Meta(kCounted)));
  if (counted) return {};
  PENSTOCK_TRY(auto usage, CountUsage(index));
  IndexBatch batch;
  for (const auto& [bucket, record] : usage) batch.Put(row_key::Usage(bucket), record.Encode());
  batch.Put(row_key::Meta(kCounted), "");
  return writer.Commit(batch);
}

}  // namespace penstock::store
