// SPDX-License-Identifier: Apache-2.0
#include "store/buckets.h"

#include <algorithm>
#include <string>
#include <utility>

#include "store/bucket_rules.h"
#include "store/names.h"
#include "store/row_key.h"

namespace penstock::store {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

Status Buckets::Create(std::string_view name, const CreateBucketOptions& options) {
  PENSTOCK_RETURN_IF_ERROR(CheckBucketName(name));
  BucketLocks::Exclusive lock = core_.bucket_locks.LockExclusive(name);
  PENSTOCK_TRY(auto existing, core_.index.Get(row_key::Bucket(name)));
  if (existing) {
    return Fail(Code::kAlreadyExists, reason::kBucketExists,
                "there is a bucket '" + std::string(name) + "' already");
  }
  BucketInfo bucket;
  bucket.name = std::string(name);
  PENSTOCK_TRY(bucket.id, core_.numbers.Next());
  bucket.revision = bucket.id;
  bucket.created_at = core_.clock.Now();
  bucket.owner = options.owner;
  bucket.object_lock = options.object_lock;
  bucket.versioning = options.object_lock ? Versioning::kEnabled : Versioning::kOff;
  bucket.settings = options.settings;
  PENSTOCK_RETURN_IF_ERROR(CheckSettings(bucket));
  return PutRow(std::make_shared<const BucketInfo>(std::move(bucket)));
}

Status Buckets::Update(std::string_view name, const std::function<Status(BucketInfo&)>& change) {
  BucketLocks::Exclusive lock = core_.bucket_locks.LockExclusive(name);
  PENSTOCK_TRY(auto before, Load(name));
  BucketInfo after = *before;
  PENSTOCK_RETURN_IF_ERROR(change(after));
  after.name = before->name;
  after.id = before->id;
  after.created_at = before->created_at;
  after.owner = before->owner;
  PENSTOCK_RETURN_IF_ERROR(CheckBucketChange(*before, after));
  PENSTOCK_TRY(after.revision, core_.numbers.Next());
  return PutRow(std::make_shared<const BucketInfo>(std::move(after)));
}

Result<BucketPage> Buckets::List(const ListBucketsOptions& options) {
  BucketPage page;
  std::string begin = row_key::Bucket(options.prefix);
  std::string end = row_key::PrefixEnd(begin);
  if (!options.start_after.empty()) {
    begin = std::max(begin, row_key::Bucket(options.start_after) + '\0');
  }
  if (begin >= end) return page;
  IndexCursor cursor = core_.index.Scan(begin, end);
  for (; cursor.Valid(); cursor.Next()) {
    page.truncated = page.buckets.size() == options.max_buckets;
    if (page.truncated) break;
    PENSTOCK_TRY(std::string_view text, cursor.record());
    PENSTOCK_TRY(BucketRecord record, BucketRecord::Decode(text));
    page.buckets.push_back({std::string(row_key::NameOfBucket(cursor.row())),
                            record.info.created_at, std::move(record.info.owner)});
  }
  PENSTOCK_RETURN_IF_ERROR(cursor.status());
  return page;
}

Result<std::shared_ptr<const BucketInfo>> Buckets::Find(std::string_view name) {
  if (auto cached = cache_.Find(name)) return cached;
  BucketLocks::Shared lock = core_.bucket_locks.LockShared(name);
  return Load(name);
}

Result<HeldBucket> Buckets::Hold(std::string_view name) {
  BucketLocks::Shared lock = core_.bucket_locks.LockShared(name);
  PENSTOCK_TRY(auto info, Load(name));
  return HeldBucket{std::move(lock), std::move(info)};
}

Result<std::shared_ptr<const BucketInfo>> Buckets::Load(std::string_view name) {
  if (auto cached = cache_.Find(name)) return cached;
  PENSTOCK_TRY(auto text, core_.index.Get(row_key::Bucket(name)));
  if (!text) {
    return Fail(Code::kNotFound, reason::kNoSuchBucket,
                "there is no bucket '" + std::string(name.substr(0, 80)) + "'");
  }
  PENSTOCK_TRY(BucketRecord record, BucketRecord::Decode(*text));
  record.info.name = std::string(name);
  auto info = std::make_shared<const BucketInfo>(std::move(record.info));
  cache_.Put(info);
  return info;
}

Status Buckets::CheckEmpty(const BucketInfo& bucket) {
  for (const std::string& begin :
       {row_key::ObjectPrefix(bucket.id), row_key::VersionPrefix(bucket.id)}) {
    IndexCursor cursor = core_.index.Scan(begin, row_key::PrefixEnd(begin));
    PENSTOCK_RETURN_IF_ERROR(cursor.status());
    if (!cursor.Valid()) continue;
    return Fail(Code::kFailedPrecondition, reason::kBucketNotEmpty,
                "bucket '" + bucket.name + "' is not empty");
  }
  return {};
}

Status Buckets::PutRow(std::shared_ptr<const BucketInfo> bucket) {
  IndexBatch batch;
  batch.Put(row_key::Bucket(bucket->name), BucketRecord{*bucket}.Encode());
  // After a failure nobody knows which of the two is on the drive until it is read again.
  cache_.Drop(bucket->name);
  PENSTOCK_RETURN_IF_ERROR(core_.writer.Commit(batch));
  cache_.Put(std::move(bucket));
  return {};
}

Status Buckets::RemoveRow(const BucketInfo& bucket) {
  IndexBatch batch;
  batch.Delete(row_key::Bucket(bucket.name));
  batch.Delete(row_key::Usage(bucket.id));
  cache_.Drop(bucket.name);
  return core_.writer.Commit(batch);
}

}  // namespace penstock::store
