// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_stream.h"
#include "base/result.h"
#include "store/buckets.h"
#include "store/core.h"
#include "store/object_store.h"
#include "store/records.h"
#include "store/version_changes.h"
#include "store/versions.h"

namespace penstock::store {

// Uploads in parts. Everything about an upload is changed under the lock of its key. Thread-safe.
class Uploads {
 public:
  Uploads(Core& core, Buckets& buckets) : core_(core), buckets_(buckets) {}

  base::Result<std::string> Create(std::string_view bucket, std::string_view key,
                                   const UploadOptions& options);
  base::Result<UploadInfo> Get(std::string_view bucket, std::string_view key,
                               std::string_view upload_id);
  base::Result<PartInfo> PutPart(std::string_view bucket, std::string_view key,
                                 std::string_view upload_id, int number, base::ByteSource& source,
                                 const PartOptions& options);
  base::Result<std::vector<PartInfo>> ListParts(std::string_view bucket, std::string_view key,
                                                std::string_view upload_id, int after_number,
                                                size_t max_parts);
  base::Result<std::vector<UploadInfo>> List(std::string_view bucket, std::string_view prefix,
                                             std::string_view after_key,
                                             std::string_view after_upload_id, size_t max_uploads);
  base::Result<ObjectInfo> Complete(std::string_view bucket, std::string_view key,
                                    std::string_view upload_id,
                                    const std::vector<CompletedPart>& parts,
                                    const CompleteOptions& options);
  base::Status Abort(std::string_view bucket, std::string_view key, std::string_view upload_id);
  // The caller has the bucket to himself.
  base::Status AbortAll(uint64_t bucket);

 private:
  using PartMap = std::map<int, PartRecord>;

  base::Result<std::optional<UploadRecord>> FindIfAny(uint64_t bucket, std::string_view key,
                                                      std::string_view upload_id);
  // Fails with no_such_upload.
  base::Result<UploadRecord> Find(uint64_t bucket, std::string_view key,
                                  std::string_view upload_id);
  base::Result<PartMap> FindParts(uint64_t upload);
  base::Status Remove(std::string_view row, const UploadRecord& upload);
  // What an upload that is gone has made, if these parts made it and it is still a version.
  base::Result<ObjectInfo> FindCompleted(const BucketInfo& bucket, std::string_view key,
                                         std::string_view upload_id,
                                         const std::vector<CompletedPart>& parts);

  Core& core_;
  Buckets& buckets_;
};

}  // namespace penstock::store
