// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "engine/artifact_store.h"
#include "engine/run_changes.h"
#include "metadata/metadata_store.h"

namespace penstock::engine {

// Finds earlier executions whose outputs a task can have. What it finds is whole: an execution of
// whose artifacts one is gone from the store is none. Thread-safe.
class ResultFinder {
 public:
  // The references must outlive the finder.
  ResultFinder(metadata::MetadataStore& metadata, ArtifactStore& artifacts)
      : metadata_(metadata), artifacts_(artifacts) {}

  // In the run to take over from, a task of the same fingerprint and path, or the only one of the
  // same fingerprint and name; else the newest entry of the cache. Of an outline, whether the cache
  // may have something.
  base::Result<CacheAnswer> Answer(const CacheLookup& lookup) const;

  // As ArtifactHandover::WhenWhole().
  void WhenWhole(const std::string& uri,
                 std::function<void(base::Result<StoredArtifact>)> done) const;

 private:
  base::Result<std::optional<CacheHit>> InOrigin(const CacheLookup& lookup) const;
  base::Result<std::optional<CacheHit>> InCache(const CacheLookup& lookup,
                                                const std::string& content) const;
  base::Result<std::optional<metadata::Task>> ChooseInOrigin(const CacheLookup& lookup) const;
  base::Result<std::string> PathOf(const metadata::Task& task) const;
  base::Result<bool> IsThere(const metadata::Artifact& artifact) const;

  metadata::MetadataStore& metadata_;
  ArtifactStore& artifacts_;
};

}  // namespace penstock::engine
