// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/artifact_handover.h"
#include "engine/artifact_parts.h"
#include "engine/artifact_store.h"
#include "server/artifact_content.h"
#include "store/local_objects.h"
#include "store/object_store.h"
#include "sys/file_system.h"

namespace penstock::server {

// A place in the store that an artifact URI names.
struct ArtifactPlace {
  std::string bucket;
  std::string key;  // without a slash at either end; may be empty for a root
};

// Reads minio://bucket/key and s3://bucket/key (both are the embedded store). A query string, which
// pipeline roots may carry for other stores, is dropped.
base::Result<ArtifactPlace> ParseArtifactUri(std::string_view uri);

// Artifacts in the embedded object store: a file is one object, a directory is the objects under
// "<key>/". Thread-safe.
class StoreArtifacts final : public engine::ArtifactStore,
                             public engine::ArtifactHandover,
                             public engine::ArtifactParts {
 public:
  // Files and directories of that size and more are stored before their digests are known, where
  // they are moved; of directories the files from the lesser size on.
  static constexpr uint64_t kLateDigest = uint64_t{64} << 20;
  static constexpr uint64_t kLateInDirectory = uint64_t{1} << 20;

  // The references must outlive the object.
  StoreArtifacts(store::ObjectStore& store, sys::FileSystem& files,
                 uint64_t late_digest = kLateDigest)
      : store_(store),
        local_(store::LocalObjectsOf(store)),
        files_(files),
        late_digest_(late_digest) {}

  // Makes the root's bucket where it is absent.
  base::Status CheckRoot(std::string_view uri) override;
  base::Status Fetch(std::string_view uri, const std::string& local_path) override;
  base::Status FetchReadOnly(std::string_view uri, const std::string& local_path) override;
  base::Result<engine::StoredArtifact> Publish(const std::string& local_path,
                                               std::string_view uri) override;
  base::Result<engine::StoredArtifact> PublishLast(const std::string& local_path,
                                                   std::string_view uri) override;
  void WhenWhole(std::string_view uri,
                 std::function<void(base::Result<engine::StoredArtifact>)> done) override;
  base::Status Write(std::string_view uri, std::string_view bytes) override;
  base::Status Read(std::string_view uri, base::ByteSink& sink) override;
  base::Status ReadPart(std::string_view uri, const ChoosePart& choose,
                        base::ByteSink& sink) override;
  base::Result<bool> Exists(std::string_view uri) override;
  base::Result<engine::StoredArtifact> Describe(std::string_view uri) override;
  base::Result<uint64_t> Remove(std::string_view uri,
                                const std::vector<std::string>& keep) override;

 private:
  // Whether files may be the store's under another name, or only copies.
  enum class Sharing { kCopies, kLinks };
  struct Directory;  // that is being published

  // As the bucket has it for those who say nothing: encrypted, where that is its setting.
  base::Result<store::PutOptions> OptionsFor(const std::string& bucket) const;
  base::Status FetchAny(std::string_view uri, const std::string& local_path, Sharing sharing);
  base::Status FetchObject(const ArtifactPlace& place, const std::string& local_path,
                           Sharing sharing);
  base::Status FetchDirectory(const ArtifactPlace& place, const std::string& local_path,
                              Sharing sharing);
  base::Result<engine::StoredArtifact> PublishAny(const std::string& local_path,
                                                  std::string_view uri, Sharing sharing);
  base::Result<engine::StoredArtifact> PublishFile(const std::string& local_path,
                                                   const ArtifactPlace& place, Sharing sharing);
  base::Result<engine::StoredArtifact> PublishWhole(const std::string& local_path,
                                                    const ArtifactPlace& place, Sharing sharing);
  base::Status PublishBelow(const std::string& local_path, const ArtifactPlace& place,
                            const std::string& relative, Directory& directory);
  base::Result<store::ListPage> ListNow(const std::string& bucket,
                                        const store::ListOptions& options);

  store::ObjectStore& store_;
  store::LocalObjects* const local_;  // null: everything is copied
  sys::FileSystem& files_;
  const uint64_t late_digest_;
};

}  // namespace penstock::server
