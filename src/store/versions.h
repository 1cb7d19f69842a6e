// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/core.h"
#include "store/object_store.h"
#include "store/records.h"

namespace penstock::store {

// A content whose rows a batch takes away: once that is committed, its files can go.
struct RemovedContent {
  uint64_t content = 0;
  std::vector<uint64_t> files;
};

// The rows of objects' versions, as objects and uploads both write them. There is one version a
// key for now; it is the current one.
class Versions {
 public:
  explicit Versions(Core& core) : core_(core) {}

  // The current version, or nothing.
  base::Result<std::optional<ObjectRecord>> FindCurrent(uint64_t bucket,
                                                        std::string_view key) const;
  // The bytes of a version; nothing where they were removed since its record was read. Looks into
  // the snapshot, where there is one.
  base::Result<std::optional<ContentRecord>> FindContent(
      const ObjectRecord& object, const IndexSnapshot* snapshot = nullptr) const;

  // Puts a version in the place of the current one, if any, and commits; the caller holds the
  // key's lock and has checked `existing` under it. Files named in the content must be durable;
  // of these, `new_files` are removed again where the commit fails. What is to be removed when the
  // lock is released is appended.
  base::Status Replace(IndexBatch& batch, uint64_t bucket, std::string_view key,
                       const std::optional<ObjectRecord>& existing, const ObjectRecord& object,
                       const ContentRecord& content, const std::vector<uint64_t>& new_files,
                       std::vector<RemovedContent>& removed);

  // Takes the rows of a version's bytes away and says what files they leave.
  base::Result<RemovedContent> DropContent(IndexBatch& batch, const ObjectRecord& object) const;

 private:
  Core& core_;
};

base::Status CheckCondition(const WriteCondition& condition, std::string_view key,
                            const std::optional<ObjectRecord>& existing);

// Without part sizes, which are with the content.
ObjectInfo ToInfo(std::string_view key, ObjectRecord record);
std::vector<uint64_t> PartSizes(const ContentRecord& content);

}  // namespace penstock::store
