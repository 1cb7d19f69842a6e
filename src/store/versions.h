// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/index.h"
#include "store/object_store.h"
#include "store/pending_rows.h"
#include "store/records.h"

namespace penstock::store {

// A version and where its row is. The newest version of a key is in its `o` row where it is an
// object; all others, and delete markers always, are in `v` rows (docs/formats/store.md, "Rows").
struct FoundVersion {
  ObjectRecord record;
  bool in_object_row = false;
  bool is_latest = false;
};

// Looks up the versions of objects. Cheap to make.
class Versions {
 public:
  // Must outlive this object.
  explicit Versions(const PendingRows& rows) : rows_(rows) {}

  // The newest version where that is an object: what a read without a version id is about.
  base::Result<std::optional<ObjectRecord>> FindObject(uint64_t bucket, std::string_view key) const;
  // The version of that id, or the newest one, maybe a delete marker, where it is empty; nothing
  // where there is none. Right without the key's lock too.
  base::Result<std::optional<FoundVersion>> Find(const BucketInfo& bucket, std::string_view key,
                                                 std::string_view version_id) const;
  // The version of that sequence; the caller holds the key's lock.
  base::Result<std::optional<FoundVersion>> FindSequence(const BucketInfo& bucket,
                                                         std::string_view key,
                                                         uint64_t sequence) const;
  // The newest of the versions that are in `v` rows and older than that sequence.
  base::Result<std::optional<ObjectRecord>> FindOlder(uint64_t bucket, std::string_view key,
                                                      uint64_t sequence) const;
  // The null version of a key where it is in a `v` row.
  base::Result<std::optional<ObjectRecord>> FindOldNull(uint64_t bucket,
                                                        std::string_view key) const;

 private:
  base::Result<std::optional<ObjectRecord>> FindRow(const std::string& row) const;
  base::Result<std::optional<FoundVersion>> FindOld(uint64_t bucket, std::string_view key,
                                                    std::string_view version_id,
                                                    bool has_object) const;

  const PendingRows& rows_;
};

// The bytes of a version; nothing where they were removed since its record was read. Looks into the
// snapshot, where there is one.
base::Result<std::optional<ContentRecord>> FindContent(const Index& index,
                                                       const ObjectRecord& object,
                                                       const IndexSnapshot* snapshot = nullptr);

// Whether a write may take the place of `existing`: condition_failed, no_such_key.
base::Status CheckCondition(const WriteCondition& condition, std::string_view key,
                            const std::optional<ObjectRecord>& existing);

// The id of a version as clients see it.
std::string VersionIdOf(const BucketInfo& bucket, const ObjectRecord& record);
// Without part sizes, which are with the content.
ObjectInfo ToInfo(const BucketInfo& bucket, std::string_view key, ObjectRecord&& record,
                  bool is_latest);
std::vector<uint64_t> PartSizes(const ContentRecord& content);

}  // namespace penstock::store
