// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "store/object_types.h"

// When the rules of a bucket want its versions and unfinished uploads gone (Amazon S3 user guide,
// "Managing the lifecycle of objects"). Pure: the scanner does what is decided here.
namespace penstock::store {

// Which objects a rule is about: all of these must hold.
struct LifecycleFilter {
  std::string prefix;
  std::map<std::string, std::string> tags;
  std::optional<uint64_t> size_above;
  std::optional<uint64_t> size_below;
};

struct LifecycleRule {
  std::string id;
  bool enabled = true;
  LifecycleFilter filter;
  // Of the newest version; at most one of these three.
  std::optional<int> expire_after_days;
  std::optional<base::Time> expire_on;
  bool drop_lone_delete_markers = false;  // delete markers that hide nothing any more
  // Of former versions: so long after they were replaced, except the newest so many of them.
  std::optional<int> drop_noncurrent_after_days;
  int keep_noncurrent = 0;
  // Of uploads that were never completed.
  std::optional<int> abort_upload_after_days;
};

using LifecycleRules = std::vector<LifecycleRule>;

// How long a day of a rule lasts. Of true length, days end at midnight UTC as in S3; shortened
// ones, which are for tests, end when they are over.
struct LifecycleDay {
  base::Duration length = std::chrono::hours(24);

  // When `days` days have passed since `start`.
  base::Time After(base::Time start, int days) const;
};

// Where a version stands among those of its key.
struct VersionPlace {
  bool current = true;
  bool alone = true;         // there is no other version of the key
  base::Time replaced_at;    // when the next newer version came; only where not current
  int newer_noncurrent = 0;  // versions, not delete markers, between this and the current one
};

enum class LifecycleAction : uint8_t {
  kKeep,
  kDelete,  // as a client would that names no version: a delete marker where there are versions
  kRemove,  // this very version
};

// What is to happen to a version now.
LifecycleAction DecideVersion(const LifecycleRules& rules, const LifecycleDay& day,
                              const ObjectInfo& version, const VersionPlace& place, base::Time now);

// A date that a rule sets, for the headers that tell clients of it.
struct LifecycleDate {
  base::Time at;
  std::string rule_id;

  bool operator==(const LifecycleDate&) const = default;
};

// The earliest date at which a current version will expire; nothing for delete markers.
std::optional<LifecycleDate> ExpiryOf(const LifecycleRules& rules, const LifecycleDay& day,
                                      const ObjectInfo& version);
// The earliest date at which an upload will be aborted.
std::optional<LifecycleDate> UploadExpiryOf(const LifecycleRules& rules, const LifecycleDay& day,
                                            std::string_view key, base::Time started_at);

// The shortest prefixes that cover all keys which enabled rules can touch, in order, none beginning
// with another; a scan need look at nothing else.
std::vector<std::string> PrefixesOf(const LifecycleRules& rules);

}  // namespace penstock::store
