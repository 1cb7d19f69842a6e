// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "engine/artifact_store.h"
#include "engine/engine.h"
#include "engine/executor.h"
#include "kfp/live_streams.h"
#include "kfp/pipelines_handler.h"
#include "metadata/metadata_store.h"

namespace penstock::kfp {

// What the resources stand on; everything outlives the handler.
struct Backend {
  const PipelinesOptions options;
  metadata::MetadataStore& metadata;
  engine::Engine& engine;
  engine::Executor& executor;
  engine::ArtifactStore& artifacts;
  const base::Clock& clock;
  base::Random& random;
  base::Logger& logger;
  // Shared with the copies that are made of this.
  std::shared_ptr<LiveStreams> streams = std::make_shared<LiveStreams>();
};

}  // namespace penstock::kfp
