// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "engine/engine.h"
#include "kfp/arrived_objects.h"
#include "kfp/package_fetch.h"
#include "metadata/metadata_store.h"
#include "net/http.h"
#include "schedule/time_zone.h"

namespace penstock::kfp {

class ApiAccess;

struct PipelinesOptions {
  std::string version;                          // "0.1.0"
  std::string commit_sha;                       // of the build
  engine::NamedValues* named_values = nullptr;  // secrets and config maps; null: it keeps none
  // How long deleting a running run waits for its tasks to end.
  std::chrono::milliseconds delete_patience = std::chrono::seconds(20);
  schedule::TimeZone schedule_zone;  // that cron expressions are in
  PackageUrlRules package_urls;
  // What has arrived in buckets and is to start runs; null: nothing does.
  std::shared_ptr<ArrivedObjects> arrived_objects;
  const ApiAccess* access = nullptr;  // null: everybody may do everything
};

// What is known of a request once it has been answered, for logs. No secrets.
struct CallNotes {
  std::string_view operation = "-";  // a literal: "pipelines:Run"; "-" where nothing was found
  std::string access_key{};          // whose it is
  std::string user{};
  std::string subject{};  // what it was about: the path, and what has been made
};

// The REST API as a handler, together with what goes on without anybody asking.
class PipelinesHandler : public net::Handler {
 public:
  // Handle, with notes.
  virtual void Answer(net::Request& request, net::ResponseWriter& response, CallNotes& notes) = 0;
  // Every method and path pattern that is served.
  virtual std::vector<std::pair<std::string, std::string>> Routes() const = 0;
  // Begins to make runs that are due. Once, when the engine takes runs.
  virtual void Start() = 0;
  // Ends that, and all answers that would go on for ever. Before the engine stops; requests that
  // come afterwards are still answered.
  virtual void Stop() = 0;
};

// Answers the Kubeflow Pipelines REST API (v2beta1) over the engine and its metadata. The
// references must outlive the handler. Makes the experiment called Default where it is absent.
std::unique_ptr<PipelinesHandler> MakePipelinesHandler(
    const PipelinesOptions& options, metadata::MetadataStore& metadata, engine::Engine& engine,
    engine::Executor& executor, engine::ArtifactStore& artifacts, const base::Clock& clock,
    base::Random& random, base::Logger& logger);

}  // namespace penstock::kfp
