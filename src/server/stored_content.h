// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "engine/artifact_store.h"
#include "store/local_objects.h"
#include "store/object_store.h"

// What the store tells of artifacts in it.
namespace penstock::server {

// Small objects are read, so that the same bytes are the same wherever they are; large ones go by
// their ETag.
inline constexpr uint64_t kMostContentRead = uint64_t{16} << 20;

// "" where nothing tells what is in it: the ETag of an object under a named key is none of its
// bytes. `budget` is what may still be read.
std::string ContentOf(store::ObjectStore& store, const std::string& bucket,
                      const store::ObjectInfo& object, uint64_t& budget);

// Of an object, or of the directory of those below the key.
base::Result<engine::StoredArtifact> DescribeStored(store::ObjectStore& store,
                                                    const std::string& bucket,
                                                    const std::string& key);

// What became of artifacts that were stored before their digests were known. Of a directory all
// files count, and those that came late are known by their ETags.
base::Result<engine::StoredArtifact> DescribeLate(store::ObjectStore& store,
                                                  store::LocalObjects& local,
                                                  const std::string& bucket,
                                                  const std::string& key);

}  // namespace penstock::server
