// SPDX-License-Identifier: Apache-2.0
#include "kfp/pipelines_handler.h"

#include "kfp/api_access.h"
#include "kfp/api_metrics.h"
#include "kfp/artifact_download.h"
#include "kfp/backend.h"
#include "kfp/cache_entries.h"
#include "kfp/checked_response.h"
#include "kfp/default_experiment.h"
#include "kfp/environments.h"
#include "kfp/error_map.h"
#include "kfp/experiments.h"
#include "kfp/named_values_routes.h"
#include "kfp/node_artifacts.h"
#include "kfp/object_triggers.h"
#include "kfp/object_watcher.h"
#include "kfp/outside_records.h"
#include "kfp/permissions.h"
#include "kfp/pipeline_versions.h"
#include "kfp/pipelines.h"
#include "kfp/recurring_runs.h"
#include "kfp/recurring_ticker.h"
#include "kfp/route_actions.h"
#include "kfp/router.h"
#include "kfp/run_derivation.h"
#include "kfp/run_streams.h"
#include "kfp/run_webhooks.h"
#include "kfp/runs.h"
#include "kfp/server_pages.h"
#include "kfp/task_logs.h"
#include "kfp/tasks_and_artifacts.h"
#include "kfp/uploads.h"
#include "kfp/webhook_sender.h"
#include "net/browser_guard.h"

namespace penstock::kfp {
namespace {

// Errors that come before any resource have no details.
void SendPlainError(net::ResponseWriter& response, const base::Error& error) {
  WireCode code = ToWireCode(error.code());
  net::Headers headers;
  headers.Set("Content-Type", "application/json");
  if (code.http == 401) headers.Set("WWW-Authenticate", "Bearer realm=\"penstock\"");
  [[maybe_unused]] base::Status sent = response.Send(
      code.http, std::move(headers), text::FormatJson(PlainErrorBody(code.grpc, error.message())));
}

class RoutingHandler final : public PipelinesHandler {
 public:
  explicit RoutingHandler(const Backend& backend)
      : backend_(backend),
        recurring_(backend_, backend_.options.schedule_zone),
        objects_(backend_),
        webhooks_(backend_),
        metrics_(backend_) {
    AddServerPages(router_, backend_);
    AddPermissionsRoute(router_, backend_);
    AddExperimentRoutes(router_, backend_);
    AddUploadRoutes(router_, backend_);
    AddPipelineRoutes(router_, backend_);
    AddPipelineVersionRoutes(router_, backend_);
    AddRunRoutes(router_, backend_);
    AddRecurringRunRoutes(router_, backend_);
    AddRunDerivationRoutes(router_, backend_);
    AddCacheEntryRoutes(router_, backend_);
    AddObjectTriggerRoutes(router_, backend_);
    AddRunWebhookRoutes(router_, backend_);
    AddTaskAndArtifactRoutes(router_, backend_);
    AddArtifactDownloadRoute(router_, backend_);
    AddOutsideRecordRoutes(router_, backend_);
    AddTaskLogRoutes(router_, backend_);
    AddNamedValuesRoutes(router_, backend_);
    AddEnvironmentRoutes(router_, backend_);
    AddNodeArtifactRoute(router_, backend_);
    AddRunStreamRoutes(router_, backend_);
    AddMetricsRoute(router_, metrics_);
    if (auto made = EnsureDefaultExperiment(backend_); !made) {
      // Not fatal: the next run that needs it tries again.
      backend_.logger.Error("cannot make the default experiment",
                            {{"error", made.error().message()}});
    }
  }

  ~RoutingHandler() override { Stop(); }

  void Start() override {
    metrics_.Start();
    webhooks_.Start();
    objects_.Start();
    recurring_.Start();
  }

  void Stop() override {
    recurring_.Stop();
    backend_.streams->Close();
    objects_.Stop();
    backend_.metadata.database.changes().Close();
    webhooks_.Stop();
    metrics_.Stop();
  }

  std::vector<std::pair<std::string, std::string>> Routes() const override {
    return router_.Patterns();
  }

  void Handle(net::Request& request, net::ResponseWriter& response) override {
    CallNotes notes;
    Answer(request, response, notes);
  }

  void Answer(net::Request& request, net::ResponseWriter& response, CallNotes& notes) override {
    const net::RequestHead& head = request.head;
    notes.subject = head.path;
    if (auto allowed = net::CheckSameOrigin(head); !allowed) {
      return SendPlainError(response, allowed.error());
    }
    if (head.method == "OPTIONS") return SendOptions(head, response);
    auto match = router_.Find(head.method, head.path);
    auto caller = Admit(request, match, notes);
    if (!caller) return SendPlainError(response, caller.error());
    if (!match) return SendPlainError(response, match.error());
    auto query = text::Query::Parse(head.query);
    if (!query) return SendPlainError(response, query.error());
    Call call{request, std::move(match->params), *std::move(query), *std::move(caller)};
    if (call.caller == nullptr) {
      (*match->action)(call, response);
    } else {
      CheckedResponse checked(response, [&]() -> base::Status {
        CallNotes again;
        PENSTOCK_TRY(iam::PrincipalPtr still, Admit(request, match, again));
        return {};
      });
      (*match->action)(call, checked);
    }
    if (!call.made.empty()) notes.subject += " " + call.made;
  }

 private:
  // Who asks; null where credentials are not asked for. What is not there is told to those who are
  // signed in only.
  base::Result<iam::PrincipalPtr> Admit(const net::Request& request,
                                        const base::Result<Router::Match>& match,
                                        CallNotes& notes) const {
    std::string_view action = kForSignedIn;
    if (match) {
      auto listed = ActionOf(match->method, match->pattern);
      if (!listed) return base::Fail(base::Code::kInternal, "the route has no action");
      action = *listed;
      if (action.starts_with("pipelines:")) notes.operation = action;
    }
    const ApiAccess* access = backend_.options.access;
    if (access == nullptr || action == kForAll) return nullptr;
    if (action == kReadMetrics && access->MayReadMetrics(request)) return nullptr;
    PENSTOCK_TRY(iam::PrincipalPtr who, access->Authenticate(request));
    notes.access_key = who->key.access_key;
    notes.user = CallerName(*who);
    if (action != kForSignedIn) {
      PENSTOCK_RETURN_IF_ERROR(access->Check(*who, action, request));
    }
    return who;
  }

  void SendOptions(const net::RequestHead& head, net::ResponseWriter& response) const {
    std::string methods = router_.AllowedMethods(head.path);
    if (methods.empty()) {
      return SendPlainError(response, base::Error(base::Code::kNotFound, "Not Found"));
    }
    net::Headers headers;
    headers.Set("Allow", methods);
    [[maybe_unused]] base::Status sent = response.Send(200, headers, "");
  }

  Backend backend_;
  Router router_;
  RecurringTicker recurring_;
  ObjectWatcher objects_;
  WebhookSender webhooks_;
  ApiMetrics metrics_;
};

}  // namespace

std::unique_ptr<PipelinesHandler> MakePipelinesHandler(
    const PipelinesOptions& options, metadata::MetadataStore& metadata, engine::Engine& engine,
    engine::Executor& executor, engine::ArtifactStore& artifacts, const base::Clock& clock,
    base::Random& random, base::Logger& logger) {
  return std::make_unique<RoutingHandler>(
      Backend{options, metadata, engine, executor, artifacts, clock, random, logger});
}

}  // namespace penstock::kfp
