// SPDX-License-Identifier: Apache-2.0
#include "store/buckets.h"

#include <string>

#include "store/names.h"
#include "store/row_key.h"

namespace penstock::store {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

Status Buckets::Create(std::string_view name) {
  PENSTOCK_RETURN_IF_ERROR(CheckBucketName(name));
  BucketLocks::Exclusive lock = core_.bucket_locks.LockExclusive(name);
  std::string row = row_key::Bucket(name);
  PENSTOCK_TRY(auto existing, core_.index.Get(row));
  if (existing) {
    return Fail(Code::kAlreadyExists, reason::kBucketExists,
                "there is a bucket '" + std::string(name) + "' already");
  }
  BucketRecord record;
  PENSTOCK_TRY(record.id, core_.numbers.Next());
  record.created_at = core_.clock.Now();
  IndexBatch batch;
  batch.Put(row, record.Encode());
  return core_.writer.Commit(batch);
}

Result<BucketPage> Buckets::List(const ListBucketsOptions& options) {
  BucketPage page;
  std::string begin = row_key::Bucket(options.prefix);
  std::string end = row_key::PrefixEnd(begin);
  if (options.start_after >= options.prefix) begin = row_key::Bucket(options.start_after) + '\0';
  if (begin >= end) return page;
  IndexCursor cursor = core_.index.Scan(begin, end);
  for (; cursor.Valid(); cursor.Next()) {
    page.truncated = page.buckets.size() == options.max_buckets;
    if (page.truncated) break;
    PENSTOCK_TRY(std::string text, cursor.record());
    PENSTOCK_TRY(BucketRecord record, BucketRecord::Decode(text));
    page.buckets.push_back(
        {std::string(row_key::NameOfBucket(cursor.row())), record.created_at, ""});
  }
  PENSTOCK_RETURN_IF_ERROR(cursor.status());
  return page;
}

Result<BucketRecord> Buckets::Find(std::string_view name) {
  PENSTOCK_TRY(auto text, core_.index.Get(row_key::Bucket(name)));
  if (!text) {
    return Fail(Code::kNotFound, reason::kNoSuchBucket,
                "there is no bucket '" + std::string(name.substr(0, 80)) + "'");
  }
  return BucketRecord::Decode(*text);
}

Result<HeldBucket> Buckets::Hold(std::string_view name) {
  BucketLocks::Shared lock = core_.bucket_locks.LockShared(name);
  PENSTOCK_TRY(BucketRecord record, Find(name));
  return HeldBucket{std::move(lock), record.id};
}

Status Buckets::CheckEmpty(std::string_view name, uint64_t id) {
  std::string begin = row_key::ObjectPrefix(id);
  IndexCursor cursor = core_.index.Scan(begin, row_key::PrefixEnd(begin));
  PENSTOCK_RETURN_IF_ERROR(cursor.status());
  if (!cursor.Valid()) return {};
  return Fail(Code::kFailedPrecondition, reason::kBucketNotEmpty,
              "bucket '" + std::string(name) + "' is not empty");
}

Status Buckets::RemoveRow(std::string_view name) {
  IndexBatch batch;
  batch.Delete(row_key::Bucket(name));
  return core_.writer.Commit(batch);
}

}  // namespace penstock::store
