// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "store/names.h"
#include "store/objects.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

bool HasCondition(const DeleteTarget& target) {
  return target.if_match || target.if_modified_at || target.if_size;
}

tl::unexpected<base::Error> ConditionFailed(const DeleteTarget& target, std::string_view what) {
  return Fail(Code::kFailedPrecondition, reason::kConditionFailed,
              "the " + std::string(what) + " of '" + target.key + "' is another");
}

// Times are compared as clients know them, who have them from a header: in whole seconds.
bool SameSecond(base::Time a, base::Time b) {
  using std::chrono::floor;
  using std::chrono::seconds;
  return floor<seconds>(a) == floor<seconds>(b);
}

Status CheckConditions(const DeleteTarget& target, const ObjectRecord& version) {
  if (target.if_match && *target.if_match != "*" && *target.if_match != version.etag) {
    return ConditionFailed(target, "ETag");
  }
  if (target.if_modified_at && !SameSecond(*target.if_modified_at, version.modified_at)) {
    return ConditionFailed(target, "time of modification");
  }
  if (target.if_size && *target.if_size != version.size) return ConditionFailed(target, "size");
  return {};
}

// A delete marker is there to be matched too, as a version that has no ETag and no bytes.
Status CheckTarget(const Versions& versions, const BucketInfo& bucket, const DeleteTarget& target,
                   const std::optional<FoundVersion>& version) {
  if (version) return CheckConditions(target, version->record);
  if (!HasCondition(target)) return {};
  PENSTOCK_TRY(auto marker, versions.Find(bucket, target.key, target.version_id));
  if (marker) return CheckConditions(target, marker->record);
  return Fail(Code::kNotFound, reason::kNoSuchKey,
              "there is no object '" + target.key + "' to match");
}

}  // namespace

Result<std::vector<DeleteOutcome>> Objects::Delete(std::string_view bucket,
                                                   const std::vector<DeleteTarget>& targets) {
  std::vector<DeleteOutcome> outcomes(targets.size());
  std::vector<std::string> keys;
  keys.reserve(targets.size());
  for (const DeleteTarget& target : targets) keys.push_back(target.key);
  std::vector<RemovedContent> removed;
  {
    PENSTOCK_TRY(HeldBucket held, buckets_.Hold(bucket));
    KeyLocks::Held key_locks = core_.key_locks.Lock(held.info->id, keys);
    VersionChanges changes(core_, *held.info);
    for (size_t i = 0; i < targets.size(); ++i) {
      outcomes[i].status = DeleteOne(changes, *held.info, targets[i], outcomes[i]);
    }
    PENSTOCK_TRY(removed, changes.Commit());
  }
  for (RemovedContent& old : removed) core_.pins.Remove(old.content, std::move(old.files));
  return outcomes;
}

Status Objects::DeleteOne(VersionChanges& changes, const BucketInfo& bucket,
                          const DeleteTarget& target, DeleteOutcome& outcome) {
  PENSTOCK_RETURN_IF_ERROR(CheckKey(target.key));
  outcome.version_id = target.version_id;
  std::optional<FoundVersion> version;
  if (target.version_id.empty()) {
    PENSTOCK_TRY(auto newest, changes.versions().FindObject(bucket.id, target.key));
    if (newest) version = FoundVersion{std::move(*newest), true, true};
  } else {
    PENSTOCK_TRY(version, changes.versions().Find(bucket, target.key, target.version_id));
  }
  PENSTOCK_RETURN_IF_ERROR(CheckTarget(changes.versions(), bucket, target, version));

  if (target.version_id.empty() && bucket.versioning != Versioning::kOff) {
    std::optional<ObjectRecord> newest;
    if (version) newest = std::move(version->record);
    ObjectRecord marker;
    PENSTOCK_RETURN_IF_ERROR(changes.AddDeleteMarker(target.key, newest, marker));
    outcome.version_id = VersionIdOf(bucket, marker);
    outcome.delete_marker = true;
    return {};
  }
  if (!version) return {};
  PENSTOCK_RETURN_IF_ERROR(changes.Remove(target.key, *version, target.bypass_governance));
  outcome.delete_marker = version->record.delete_marker;
  return {};
}

}  // namespace penstock::store
