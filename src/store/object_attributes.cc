// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "store/lock_rules.h"
#include "store/names.h"
#include "store/objects.h"

namespace penstock::store {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using base::Time;

namespace {

Status NeedObjectLock(const BucketInfo& bucket) {
  if (bucket.object_lock) return {};
  return Fail(Code::kFailedPrecondition, reason::kNoObjectLock,
              "bucket '" + bucket.name + "' has no object lock");
}

}  // namespace

Result<std::string> Objects::ChangeAttributes(std::string_view bucket, std::string_view key,
                                              std::string_view version_id, const Change& change) {
  PENSTOCK_RETURN_IF_ERROR(CheckKey(key));
  PENSTOCK_TRY(HeldBucket held, buckets_.Hold(bucket));
  auto key_lock = core_.key_locks.Lock(held.info->id, key);
  PENSTOCK_TRY(FoundVersion version, Find(*held.info, key, version_id));
  if (version.record.delete_marker) {
    return Fail(Code::kFailedPrecondition, reason::kDeleteMarker,
                "'" + std::string(key) + "' is deleted; a delete marker has no attributes");
  }
  VersionChanges changes(core_, *held.info);
  PENSTOCK_RETURN_IF_ERROR(change(*held.info, changes.now(), version.record.attributes));
  changes.Rewrite(key, version);
  PENSTOCK_RETURN_IF_ERROR(changes.Commit());
  return VersionIdOf(*held.info, version.record);
}

Result<std::string> Objects::SetTags(std::string_view bucket, std::string_view key,
                                     std::string_view version_id,
                                     const std::map<std::string, std::string>& tags) {
  return ChangeAttributes(bucket, key, version_id,
                          [&](const BucketInfo&, Time, ObjectAttributes& attributes) -> Status {
                            attributes.tags = tags;
                            return {};
                          });
}

Result<std::string> Objects::SetAcl(std::string_view bucket, std::string_view key,
                                    std::string_view version_id, std::string_view acl) {
  return ChangeAttributes(bucket, key, version_id,
                          [&](const BucketInfo&, Time, ObjectAttributes& attributes) -> Status {
                            attributes.acl = std::string(acl);
                            return {};
                          });
}

Result<std::string> Objects::SetRetention(std::string_view bucket, std::string_view key,
                                          std::string_view version_id, const Retention& retention,
                                          bool bypass_governance) {
  return ChangeAttributes(
      bucket, key, version_id,
      [&](const BucketInfo& found, Time now, ObjectAttributes& attributes) -> Status {
        PENSTOCK_RETURN_IF_ERROR(NeedObjectLock(found));
        PENSTOCK_RETURN_IF_ERROR(
            CheckRetentionChange(key, attributes.retention, retention, now, bypass_governance));
        attributes.retention = retention;
        return {};
      });
}

Result<std::string> Objects::SetLegalHold(std::string_view bucket, std::string_view key,
                                          std::string_view version_id, bool hold) {
  return ChangeAttributes(
      bucket, key, version_id,
      [&](const BucketInfo& found, Time, ObjectAttributes& attributes) -> Status {
        PENSTOCK_RETURN_IF_ERROR(NeedObjectLock(found));
        attributes.legal_hold = hold;
        return {};
      });
}

}  // namespace penstock::store
