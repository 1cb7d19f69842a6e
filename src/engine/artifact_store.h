// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_stream.h"
#include "base/result.h"

namespace penstock::engine {

struct StoredArtifact {
  // For `content`, of what is durably stored while its digest is still worked out: see
  // ArtifactHandover::WhenWhole().
  static constexpr std::string_view kPending = "pending";

  uint64_t size = 0;
  bool directory = false;
  // The same for the same bytes under the same names, wherever they are: "sha256:" and a digest of
  // the file, or of the names and digests of a directory's files.
  std::string content = {};
};

// Where artifacts live, addressed by URI (minio://bucket/key). The embedded store is one
// implementation, an external S3 another. Thread-safe.
class ArtifactStore {
 public:
  virtual ~ArtifactStore() = default;
  // Checks that URIs under this root can be served; kInvalidArgument says what is wrong.
  virtual base::Status CheckRoot(std::string_view uri) = 0;
  // Brings the object at `uri`, or all objects under `uri`/, to a local file or directory that does
  // not exist yet; its parent does. kNotFound where the store has neither.
  virtual base::Status Fetch(std::string_view uri, const std::string& local_path) = 0;
  // Stores a local file, or a directory with everything below it, durably.
  virtual base::Result<StoredArtifact> Publish(const std::string& local_path,
                                               std::string_view uri) = 0;
  virtual base::Status Write(std::string_view uri, std::string_view bytes) = 0;
  // Sends a stored file; kNotFound where there is none.
  virtual base::Status Read(std::string_view uri, base::ByteSink& sink) = 0;

  // Whether anything is stored there. kInvalidArgument: not in this store, nobody can tell.
  virtual base::Result<bool> Exists(std::string_view uri) = 0;
  // What is stored there; kNotFound where nothing is. `content` is "" where it would cost much to
  // know and nothing stands for it.
  virtual base::Result<StoredArtifact> Describe(std::string_view uri) = 0;
  // Deletes what is stored at and below the address, for good, but for what lies at or below one of
  // `keep` and what is locked. The number of objects (and versions of them) that are locked.
  virtual base::Result<uint64_t> Remove(std::string_view uri,
                                        const std::vector<std::string>& keep) = 0;
};

}  // namespace penstock::engine
