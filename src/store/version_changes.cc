// SPDX-License-Identifier: Apache-2.0
#include "store/version_changes.h"

#include <utility>

#include "store/lock_rules.h"
#include "store/quota.h"
#include "store/row_key.h"
#include "store/upload_id.h"
#include "store/usage.h"

namespace penstock::store {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

// The null version that a new one takes the place of.
struct VersionChanges::Replaced {
  std::optional<ObjectRecord> record;
  bool in_object_row = false;
  RemovedContent content;
};

Status VersionChanges::Add(std::string_view key, const std::optional<ObjectRecord>& newest,
                           ObjectRecord& version, const ContentRecord& content) {
  ObjectAttributes& attributes = version.attributes;
  attributes.retention = RetentionOfNew(bucket_, attributes.retention, now_);
  PENSTOCK_RETURN_IF_ERROR(Put(key, newest, version));
  rows_.Put(row_key::Object(bucket_.id, key), version.Encode());
  rows_.Put(row_key::Content(version.content), content.Encode());
  return {};
}

Status VersionChanges::AddDeleteMarker(std::string_view key,
                                       const std::optional<ObjectRecord>& newest,
                                       ObjectRecord& marker) {
  marker.delete_marker = true;
  marker.modified_at = now_;
  PENSTOCK_RETURN_IF_ERROR(Put(key, newest, marker));
  if (newest) rows_.Delete(row_key::Object(bucket_.id, key));
  PutOld(key, marker);
  return {};
}

// What both have in common: makes way in the object's row, and numbers the version.
Status VersionChanges::Put(std::string_view key, const std::optional<ObjectRecord>& newest,
                           ObjectRecord& version) {
  version.null_version = bucket_.versioning != Versioning::kEnabled;
  Replaced replaced;
  if (version.null_version) {
    PENSTOCK_TRY(replaced, FindReplaced(key, newest));
  }
  PENSTOCK_RETURN_IF_ERROR(CheckQuotaFor(version, replaced));
  PENSTOCK_TRY(version.sequence, core_.numbers.Next());
  if (replaced.record) {
    DropContent(*replaced.record, std::move(replaced.content));
    if (!replaced.in_object_row) DeleteOld(key, *replaced.record);
  }
  if (newest && !replaced.in_object_row) PutOld(key, *newest);
  usage_.Add(UsageOf(version));
  usage_.objects += (version.delete_marker ? 0 : 1) - (newest ? 1 : 0);
  return {};
}

Status VersionChanges::CheckQuotaFor(const ObjectRecord& version, const Replaced& replaced) const {
  if (version.delete_marker || bucket_.FindSetting(setting::kQuota) == nullptr) return {};
  PENSTOCK_TRY(Quota quota, QuotaOf(bucket_));
  if (quota.empty()) return {};
  PENSTOCK_TRY(BucketUsage usage, ReadUsage(core_.index, bucket_.id));
  bool replaces = replaced.record && !replaced.record->delete_marker;
  uint64_t removed = replaces ? replaced.record->size : 0;
  return CheckQuota(quota, bucket_, usage, version.size, removed, replaces);
}

Result<VersionChanges::Replaced> VersionChanges::FindReplaced(
    std::string_view key, const std::optional<ObjectRecord>& newest) {
  Replaced replaced;
  if (newest && newest->null_version) {
    replaced.record = newest;
    replaced.in_object_row = true;
  } else if (bucket_.versioning != Versioning::kOff) {
    PENSTOCK_TRY(replaced.record, versions().FindOldNull(bucket_.id, key));
  }
  if (!replaced.record) return replaced;
  PENSTOCK_RETURN_IF_ERROR(
      CheckRemovable(key, replaced.record->attributes, now_, /*bypass_governance=*/false));
  PENSTOCK_TRY(replaced.content, ContentOf(*replaced.record));
  return replaced;
}

Status VersionChanges::Remove(std::string_view key, const FoundVersion& version,
                              bool bypass_governance) {
  const ObjectRecord& record = version.record;
  PENSTOCK_RETURN_IF_ERROR(CheckRemovable(key, record.attributes, now_, bypass_governance));
  PENSTOCK_TRY(RemovedContent content, ContentOf(record));
  std::optional<ObjectRecord> next;
  if (version.is_latest && bucket_.versioning != Versioning::kOff) {
    PENSTOCK_TRY(next, versions().FindOlder(bucket_.id, key, record.sequence));
  }
  DropContent(record, std::move(content));
  if (version.in_object_row) {
    rows_.Delete(row_key::Object(bucket_.id, key));
    --usage_.objects;
  } else {
    DeleteOld(key, record);
  }
  if (next && !next->delete_marker) {
    ++usage_.objects;
    DeleteOld(key, *next);
    rows_.Put(row_key::Object(bucket_.id, key), next->Encode());
  }
  return {};
}

void VersionChanges::Rewrite(std::string_view key, const FoundVersion& version) {
  if (version.in_object_row) {
    rows_.Put(row_key::Object(bucket_.id, key), version.record.Encode());
  } else {
    PutOld(key, version.record);
  }
}

Result<RemovedContent> VersionChanges::ContentOf(const ObjectRecord& version) {
  RemovedContent removed{version.content, {}};
  if (version.delete_marker || version.storage == Storage::kInline) return removed;
  auto content = FindContent(core_.index, version);
  // Damaged objects can be removed too; which files were theirs is then for a repair to find out.
  if (!content && content.error().code() == Code::kDataLoss) return removed;
  if (!content) return Fail(content.error());
  if (!*content) return removed;
  for (const FilePart& part : (*content)->parts) removed.files.Add(part.file, part.size);
  return removed;
}

void VersionChanges::DropContent(const ObjectRecord& version, RemovedContent content) {
  usage_.Subtract(UsageOf(version));
  if (version.delete_marker) return;
  rows_.Delete(row_key::Content(version.content));
  for (uint64_t file : content.files.ids) rows_.Delete(row_key::File(file));
  removed_.push_back(std::move(content));
  if (!version.multipart()) return;
  if (auto upload = NumberOfUploadId(version.upload_id)) {
    rows_.Delete(row_key::EndedUpload(*upload));
  }
}

void VersionChanges::PutOld(std::string_view key, const ObjectRecord& version) {
  rows_.Put(row_key::Version(bucket_.id, key, version.sequence), version.Encode());
  if (!version.null_version) return;
  rows_.Put(row_key::NullVersion(bucket_.id, key), NumberRecord{version.sequence}.Encode());
}

void VersionChanges::DeleteOld(std::string_view key, const ObjectRecord& version) {
  rows_.Delete(row_key::Version(bucket_.id, key, version.sequence));
  if (version.null_version) rows_.Delete(row_key::NullVersion(bucket_.id, key));
}

Result<std::vector<RemovedContent>> VersionChanges::Commit(const std::vector<uint64_t>& new_files) {
  if (rows_.empty()) return std::vector<RemovedContent>();
  IndexBatch batch;
  rows_.MoveTo(batch);
  if (usage_ != UsageRecord{}) batch.Add(row_key::Usage(bucket_.id), usage_.Encode());
  PENSTOCK_RETURN_IF_ERROR(core_.writer.Commit(batch, new_files));
  return std::move(removed_);
}

}  // namespace penstock::store
