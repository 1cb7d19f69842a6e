// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/core.h"
#include "store/object_store.h"
#include "store/pending_rows.h"
#include "store/records.h"
#include "store/versions.h"

namespace penstock::store {

// A content whose rows a batch takes away: once that is committed, its files can go.
struct RemovedContent {
  uint64_t content = 0;
  DoomedFiles files;
};

// Changes to the versions of keys of one bucket, made in one batch: what versioning and object lock
// mean is here and nowhere else. The caller holds the bucket and the locks of the keys. Each change
// happens whole or, where it fails, not at all.
class VersionChanges {
 public:
  // Must outlive this object.
  VersionChanges(Core& core, const BucketInfo& bucket)
      : core_(core), bucket_(bucket), rows_(core.index), now_(core.clock.Now()) {}

  base::Time now() const { return now_; }
  // What is there, with the changes made so far.
  Versions versions() const { return Versions(rows_); }
  // For the rows that belong to the same change.
  PendingRows& rows() { return rows_; }

  // Makes `version` the newest of the key, over `newest`, which is FindObject() of it; gives it its
  // sequence and its lock. Where the bucket makes null versions now it takes the place of the one
  // there is, unless that is locked. The content's files must be durable. Fails with quota_exceeded
  // where the bucket would hold too much.
  base::Status Add(std::string_view key, const std::optional<ObjectRecord>& newest,
                   ObjectRecord& version, const ContentRecord& content);
  base::Status AddDeleteMarker(std::string_view key, const std::optional<ObjectRecord>& newest,
                               ObjectRecord& marker);
  // Removes a version for good, unless it is locked; the next older becomes the newest where it
  // was that.
  base::Status Remove(std::string_view key, const FoundVersion& version, bool bypass_governance);
  // Keeps other attributes of the same version.
  void Rewrite(std::string_view key, const FoundVersion& version);

  // Commits, also what the caller put into rows(). Of the files named in new contents, `new_files`
  // are removed again where that fails. What is returned is to be removed when the locks are
  // released.
  base::Result<std::vector<RemovedContent>> Commit(const std::vector<uint64_t>& new_files = {});

 private:
  struct Replaced;

  base::Status Put(std::string_view key, const std::optional<ObjectRecord>& newest,
                   ObjectRecord& version);
  base::Result<Replaced> FindReplaced(std::string_view key,
                                      const std::optional<ObjectRecord>& newest);
  base::Status CheckQuotaFor(const ObjectRecord& version, const Replaced& replaced) const;
  // The content of a version that is to go, with its files.
  base::Result<RemovedContent> ContentOf(const ObjectRecord& version);
  // Takes away the rows that a version has besides its own.
  void DropContent(const ObjectRecord& version, RemovedContent content);
  void PutOld(std::string_view key, const ObjectRecord& version);
  void DeleteOld(std::string_view key, const ObjectRecord& version);

  Core& core_;
  const BucketInfo& bucket_;
  PendingRows rows_;
  base::Time now_;
  UsageRecord usage_;  // by how much it changes
  std::vector<RemovedContent> removed_;
};

}  // namespace penstock::store
