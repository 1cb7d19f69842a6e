// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_stream.h"
#include "base/result.h"
#include "store/buckets.h"
#include "store/core.h"
#include "store/ingest.h"
#include "store/local_data_files.h"
#include "store/object_store.h"
#include "store/version_changes.h"
#include "store/versions.h"

namespace penstock::store {

// Objects and their versions: written in one piece, read, changed, deleted. Thread-safe.
class Objects {
 public:
  Objects(Core& core, Buckets& buckets) : core_(core), buckets_(buckets) {}

  // As in ObjectStore.
  base::Result<ObjectInfo> Put(std::string_view bucket, std::string_view key,
                               base::ByteSource& source, const PutOptions& options);
  base::Result<std::optional<ObjectInfo>> Adopt(std::string_view bucket, std::string_view key,
                                                const std::string& path, const PutOptions& options,
                                                LocalDataFiles& files);
  // The object of a file that was taken over before (Adoptions); its row goes with the same commit.
  base::Status MakeAdopted(std::string_view bucket, std::string_view key, AdoptedFile adopted);
  base::Result<bool> Link(std::string_view bucket, std::string_view key, const std::string& path,
                          LocalDataFiles& files);
  base::Result<std::unique_ptr<ObjectReader>> Open(std::string_view bucket, std::string_view key,
                                                   const ReadOptions& options);
  base::Result<ObjectInfo> Info(std::string_view bucket, std::string_view key,
                                std::string_view version_id);
  base::Result<std::vector<PartInfo>> Parts(std::string_view bucket, std::string_view key,
                                            std::string_view version_id);
  base::Result<std::vector<DeleteOutcome>> Delete(std::string_view bucket,
                                                  const std::vector<DeleteTarget>& targets);
  base::Result<std::string> SetTags(std::string_view bucket, std::string_view key,
                                    std::string_view version_id,
                                    const std::map<std::string, std::string>& tags);
  base::Result<std::string> SetAcl(std::string_view bucket, std::string_view key,
                                   std::string_view version_id, std::string_view acl);
  base::Result<std::string> SetRetention(std::string_view bucket, std::string_view key,
                                         std::string_view version_id, const Retention& retention,
                                         bool bypass_governance);
  base::Result<std::string> SetLegalHold(std::string_view bucket, std::string_view key,
                                         std::string_view version_id, bool hold);

 private:
  // A version with its content, and what keeps that readable where it is in files.
  struct Opened;
  // Changes the attributes of a version, under its bucket's state and the time.
  using Change = std::function<base::Status(const BucketInfo&, base::Time, ObjectAttributes&)>;

  // Takes in the bytes of a new object; with the key that they are to be encrypted with, if any.
  using TakeBytes = std::function<base::Result<Ingested>(const std::optional<DataKey>&)>;
  base::Result<ObjectInfo> PutBytes(std::string_view bucket, std::string_view key,
                                    const TakeBytes& take, const PutOptions& options);

  // Fails with no_such_key or no_such_version.
  base::Result<FoundVersion> Find(const BucketInfo& bucket, std::string_view key,
                                  std::string_view version_id);
  // Fails for a delete marker too: no_such_key where it is the newest, else delete_marker.
  base::Result<Opened> OpenVersion(std::string_view bucket, std::string_view key,
                                   std::string_view version_id);
  base::Status DeleteOne(VersionChanges& changes, const BucketInfo& bucket,
                         const DeleteTarget& target, DeleteOutcome& outcome);
  base::Result<std::string> ChangeAttributes(std::string_view bucket, std::string_view key,
                                             std::string_view version_id, const Change& change);

  Core& core_;
  Buckets& buckets_;
};

}  // namespace penstock::store
