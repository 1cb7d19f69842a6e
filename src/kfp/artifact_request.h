// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "metadata/artifact.h"
#include "text/json.h"

// What outside workers say of artifacts that they record (kfp-contract 1.9).
namespace penstock::kfp {

// A CreateArtifactRequest: an artifact and the task that it is an output of.
struct ArtifactRequest {
  metadata::Artifact artifact;  // without id and time
  metadata::ArtifactTask use;   // without the artifact's id
  bool reuse_if_exists = false;
};
base::Result<ArtifactRequest> ReadArtifactRequest(const text::Json& body);

// An ArtifactTask: that a task read or wrote an artifact.
base::Result<metadata::ArtifactTask> ReadArtifactTask(const text::Json& body);

}  // namespace penstock::kfp
