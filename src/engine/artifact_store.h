// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/byte_stream.h"
#include "base/result.h"

namespace penstock::engine {

struct StoredArtifact {
  uint64_t size = 0;
  bool directory = false;
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
};

}  // namespace penstock::engine
