// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "store/object_store.h"

namespace penstock::store {

// What versions and locks mean, said as simply as can be: a list of versions a key, the newest
// first. Each operation says what the store must answer ("ok", or a reason in angle brackets) and,
// where that is "ok", does the same. Written from S3's documentation and not from the store, which
// the tests hold against it.
class LockModel {
 public:
  struct Version {
    std::string id;
    bool null = false;
    bool marker = false;
    std::string bytes;
    std::string etag;
    Retention retention;
    bool hold = false;

    // Whether nobody at all, or nobody without the permission, may take it away.
    bool LockedFor(base::Time now, bool bypass) const {
      if (hold) return true;
      if (retention.mode == RetentionMode::kNone || now >= retention.until) return false;
      return retention.mode == RetentionMode::kCompliance || !bypass;
    }
  };
  struct Upload {
    std::string bucket, key, bytes;
    Retention retention;
    bool hold = false;
  };
  using Versions = std::vector<Version>;
  struct Bucket {
    Versioning versioning = Versioning::kOff;
    bool lock = false;
    std::optional<DefaultRetention> standard;
    std::map<std::string, Versions> keys;
  };

  std::map<std::string, Bucket> buckets;
  std::map<std::string, Upload> uploads;  // by upload id

  std::string CreateBucket(const std::string& name, bool lock) {
    if (buckets.contains(name)) return "<bucket_exists>";
    buckets[name].lock = lock;
    if (lock) buckets[name].versioning = Versioning::kEnabled;
    return "ok";
  }

  std::string DeleteBucket(const std::string& name) {
    if (!buckets.contains(name)) return "<no_such_bucket>";
    for (const auto& [key, versions] : buckets[name].keys) {
      if (!versions.empty()) return "<bucket_not_empty>";
    }
    buckets.erase(name);
    std::erase_if(uploads, [&](const auto& upload) { return upload.second.bucket == name; });
    return "ok";
  }

  std::string ChangeBucket(const std::string& name, Versioning versioning, bool lock,
                           std::optional<DefaultRetention> standard) {
    if (!buckets.contains(name)) return "<no_such_bucket>";
    Bucket& bucket = buckets[name];
    bool undone = bucket.versioning != Versioning::kOff && versioning == Versioning::kOff;
    bool lock_lost = bucket.lock && !lock;
    bool lock_alone = lock && versioning != Versioning::kEnabled;
    if (undone || lock_lost || lock_alone || (standard && !lock)) return "<bad_bucket_change>";
    bucket.versioning = versioning;
    bucket.lock = lock;
    bucket.standard = standard;
    return "ok";
  }

  // Whether a write or an upload with these may begin.
  std::string CheckWrite(const std::string& name, const Retention& retention, bool hold,
                         base::Time now) {
    if (!buckets.contains(name)) return "<no_such_bucket>";
    bool has_lock = retention.mode != RetentionMode::kNone || hold;
    if (has_lock && !buckets[name].lock) return "<no_object_lock>";
    if (retention.mode != RetentionMode::kNone && retention.until <= now) return "<bad_retention>";
    return "ok";
  }

  std::string CheckCondition(const std::string& name, const std::string& key,
                             const WriteCondition& condition) {
    const Version* current = Current(name, key);
    if (condition.if_absent && current) return "<condition_failed>";
    if (!condition.if_match) return "ok";
    if (!current) return "<no_such_key>";
    return *condition.if_match == "*" || *condition.if_match == current->etag
               ? "ok"
               : "<condition_failed>";
  }

  // Of a new version, which has its retention and hold as the writer wants them.
  std::string Add(const std::string& name, const std::string& key, Version version,
                  base::Time now) {
    Bucket& bucket = buckets[name];
    Versions& versions = bucket.keys[key];
    version.null = bucket.versioning != Versioning::kEnabled;
    if (version.null) {
      auto former = std::find_if(versions.begin(), versions.end(),
                                 [](const Version& other) { return other.null; });
      if (former != versions.end() && former->LockedFor(now, false)) return "<object_locked>";
      if (former != versions.end()) versions.erase(former);
    }
    if (!version.marker && version.retention.mode == RetentionMode::kNone && bucket.standard) {
      version.retention = {bucket.standard->mode,
                           now + std::chrono::hours(24) * bucket.standard->days};
    }
    versions.insert(versions.begin(), std::move(version));
    return "ok";
  }

  // Without an id in a bucket that has or had versioning the caller adds a marker instead.
  std::string Delete(const std::string& name, const std::string& key, const std::string& id,
                     bool bypass, base::Time now) {
    Versions& versions = buckets[name].keys[key];
    auto found = FindIn(versions, id);
    if (found == versions.end()) return "ok";
    if (found->LockedFor(now, bypass)) return "<object_locked>";
    versions.erase(found);
    return "ok";
  }

  std::string SetRetention(const std::string& name, const std::string& key, const std::string& id,
                           const Retention& wanted, bool bypass, base::Time now) {
    Version* version = nullptr;
    std::string answer = FindForChange(name, key, id, version);
    if (answer != "ok") return answer;
    if (!buckets[name].lock) return "<no_object_lock>";
    if (wanted.mode != RetentionMode::kNone && wanted.until <= now) return "<bad_retention>";
    const Retention& has = version->retention;
    if (has.mode != RetentionMode::kNone && now < has.until) {
      bool longer = wanted.mode == has.mode && wanted.until >= has.until;
      bool lifted = has.mode == RetentionMode::kGovernance && bypass;
      if (!longer && !lifted) return "<object_locked>";
    }
    version->retention = wanted.mode == RetentionMode::kNone ? Retention{} : wanted;
    return "ok";
  }

  std::string SetHold(const std::string& name, const std::string& key, const std::string& id,
                      bool hold) {
    Version* version = nullptr;
    std::string answer = FindForChange(name, key, id, version);
    if (answer != "ok") return answer;
    if (!buckets[name].lock) return "<no_object_lock>";
    version->hold = hold;
    return "ok";
  }

  // The newest version where that is an object.
  const Version* Current(const std::string& name, const std::string& key) {
    const Versions& versions = buckets[name].keys[key];
    return versions.empty() || versions.front().marker ? nullptr : &versions.front();
  }

 private:
  static Versions::iterator FindIn(Versions& versions, const std::string& id) {
    if (id.empty()) return versions.begin();
    return std::find_if(versions.begin(), versions.end(), [&](const Version& version) {
      return version.null ? id == kNullVersion : id == version.id;
    });
  }

  std::string FindForChange(const std::string& name, const std::string& key, const std::string& id,
                            Version*& version) {
    if (!buckets.contains(name)) return "<no_such_bucket>";
    Versions& versions = buckets[name].keys[key];
    auto found = FindIn(versions, id);
    if (found == versions.end()) return id.empty() ? "<no_such_key>" : "<no_such_version>";
    if (found->marker) return "<delete_marker>";
    version = &*found;
    return "ok";
  }
};

}  // namespace penstock::store
