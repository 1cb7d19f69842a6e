// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/artifact_store.h"

namespace penstock::engine {

// Artifacts and local files without copies, where an artifact store can do that. Thread-safe.
class ArtifactHandover {
 public:
  virtual ~ArtifactHandover() = default;
  // As ArtifactStore::Fetch, for one who lets nobody write to what comes: it may be the store's own
  // files under other names.
  virtual base::Status FetchReadOnly(std::string_view uri, const std::string& local_path) = 0;
  // As ArtifactStore::Publish, of what is not needed afterwards: files may be moved into the store.
  // The content of large ones may be StoredArtifact::kPending: they are stored, and nothing but a
  // failure of the disk keeps them from being whole soon.
  virtual base::Result<StoredArtifact> PublishLast(const std::string& local_path,
                                                   std::string_view uri) = 0;
  // Calls `done`, once, with what is stored there when its content is known, or why it is not
  // there after all. It may be called at once, or on a thread of the store's; not at all where the
  // store is closed before.
  virtual void WhenWhole(std::string_view uri,
                         std::function<void(base::Result<StoredArtifact>)> done) = 0;
};

// Of that store; null where it always copies.
inline ArtifactHandover* HandoverOf(ArtifactStore& artifacts) {
  return dynamic_cast<ArtifactHandover*>(&artifacts);
}

}  // namespace penstock::engine
