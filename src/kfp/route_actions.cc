// SPDX-License-Identifier: Apache-2.0
#include "kfp/route_actions.h"

#include <algorithm>
#include <set>

#include "base/encoding.h"

namespace penstock::kfp {

const std::vector<RouteAction>& AllRouteActions() {
  static const std::vector<RouteAction> kTable = {
      {"GET", "/", kForAll},
      {"GET", "/apis/v2beta1/healthz", kForAll},
      {"GET", "/apis/v1beta1/healthz", kForAll},
      {"GET", "/apis/v2beta1/openapi.json", kForAll},
      {"GET", "/apis/v2beta1/permissions", kForSignedIn},

      {"POST", "/apis/v2beta1/experiments", "pipelines:WriteExperiments"},
      {"GET", "/apis/v2beta1/experiments", "pipelines:ReadExperiments"},
      {"GET", "/apis/v2beta1/experiments/{experiment_id}", "pipelines:ReadExperiments"},
      {"DELETE", "/apis/v2beta1/experiments/{experiment_id}", "pipelines:WriteExperiments"},
      {"POST", "/apis/v2beta1/experiments/{experiment_id}:archive", "pipelines:WriteExperiments"},
      {"POST", "/apis/v2beta1/experiments/{experiment_id}:unarchive", "pipelines:WriteExperiments"},

      {"POST", "/apis/v2beta1/pipelines", "pipelines:WritePipelines"},
      {"GET", "/apis/v2beta1/pipelines", "pipelines:ReadPipelines"},
      {"POST", "/apis/v2beta1/pipelines/create", "pipelines:WritePipelines"},
      {"GET", "/apis/v2beta1/pipelines/names/{name}", "pipelines:ReadPipelines"},
      {"GET", "/apis/v2beta1/pipelines/{pipeline_id}", "pipelines:ReadPipelines"},
      {"PATCH", "/apis/v2beta1/pipelines/{pipeline_id}", "pipelines:WritePipelines"},
      {"DELETE", "/apis/v2beta1/pipelines/{pipeline_id}", "pipelines:WritePipelines"},
      {"POST", "/apis/v2beta1/pipelines/{pipeline_id}/versions", "pipelines:WritePipelines"},
      {"GET", "/apis/v2beta1/pipelines/{pipeline_id}/versions", "pipelines:ReadPipelines"},
      {"GET", "/apis/v2beta1/pipelines/{pipeline_id}/versions/{pipeline_version_id}",
       "pipelines:ReadPipelines"},
      {"PATCH", "/apis/v2beta1/pipelines/{pipeline_id}/versions/{pipeline_version_id}",
       "pipelines:WritePipelines"},
      {"DELETE", "/apis/v2beta1/pipelines/{pipeline_id}/versions/{pipeline_version_id}",
       "pipelines:WritePipelines"},
      {"POST", "/apis/v2beta1/pipelines/upload", "pipelines:WritePipelines"},
      {"POST", "/apis/v2beta1/pipelines/upload_version", "pipelines:WritePipelines"},

      {"POST", "/apis/v2beta1/runs", "pipelines:Run"},
      {"GET", "/apis/v2beta1/runs", "pipelines:ReadRuns"},
      {"GET", "/apis/v2beta1/runs/{run_id}", "pipelines:ReadRuns"},
      {"DELETE", "/apis/v2beta1/runs/{run_id}", "pipelines:WriteRuns"},
      {"POST", "/apis/v2beta1/runs/{run_id}:archive", "pipelines:WriteRuns"},
      {"POST", "/apis/v2beta1/runs/{run_id}:unarchive", "pipelines:WriteRuns"},
      {"POST", "/apis/v2beta1/runs/{run_id}:terminate", "pipelines:Run"},
      {"POST", "/apis/v2beta1/runs/{run_id}:retry", "pipelines:Run"},

      {"POST", "/apis/v2beta1/runs:plan", "pipelines:ReadRuns"},
      {"POST", "/apis/v2beta1/runs/{run_id}:plan", "pipelines:ReadRuns"},
      {"POST", "/apis/v2beta1/runs/{run_id}:resume", "pipelines:Run"},
      {"POST", "/apis/v2beta1/runs/{run_id}:rerun", "pipelines:Run"},
      {"POST", "/apis/v2beta1/runs/{run_id}:clone", "pipelines:Run"},
      {"GET", "/apis/v2beta1/cache_entries", "pipelines:ReadCache"},
      {"POST", "/apis/v2beta1/cache_entries:invalidate", "pipelines:WriteCache"},
      {"GET", "/apis/v2beta1/cache_entries/{task_id}", "pipelines:ReadCache"},
      {"DELETE", "/apis/v2beta1/cache_entries/{task_id}", "pipelines:WriteCache"},

      {"POST", "/apis/v2beta1/recurringruns", "pipelines:WriteRecurringRuns"},
      {"GET", "/apis/v2beta1/recurringruns", "pipelines:ReadRecurringRuns"},
      {"GET", "/apis/v2beta1/recurringruns/{recurring_run_id}", "pipelines:ReadRecurringRuns"},
      {"DELETE", "/apis/v2beta1/recurringruns/{recurring_run_id}", "pipelines:WriteRecurringRuns"},
      {"POST", "/apis/v2beta1/recurringruns/{recurring_run_id}:enable",
       "pipelines:WriteRecurringRuns"},
      {"POST", "/apis/v2beta1/recurringruns/{recurring_run_id}:disable",
       "pipelines:WriteRecurringRuns"},

      {"POST", "/apis/v2beta1/triggers", "pipelines:WriteTriggers"},
      {"GET", "/apis/v2beta1/triggers", "pipelines:ReadTriggers"},
      {"GET", "/apis/v2beta1/triggers/{trigger_id}", "pipelines:ReadTriggers"},
      {"PATCH", "/apis/v2beta1/triggers/{trigger_id}", "pipelines:WriteTriggers"},
      {"DELETE", "/apis/v2beta1/triggers/{trigger_id}", "pipelines:WriteTriggers"},

      {"POST", "/apis/v2beta1/webhooks", "pipelines:WriteWebhooks"},
      {"GET", "/apis/v2beta1/webhooks", "pipelines:ReadWebhooks"},
      {"GET", "/apis/v2beta1/webhooks/{webhook_id}", "pipelines:ReadWebhooks"},
      {"PATCH", "/apis/v2beta1/webhooks/{webhook_id}", "pipelines:WriteWebhooks"},
      {"DELETE", "/apis/v2beta1/webhooks/{webhook_id}", "pipelines:WriteWebhooks"},

      {"GET", "/apis/v2beta1/tasks", "pipelines:ReadRuns"},
      {"POST", "/apis/v2beta1/tasks", "pipelines:RecordTasks"},
      {"GET", "/apis/v2beta1/tasks/{task_id}", "pipelines:ReadRuns"},
      {"PATCH", "/apis/v2beta1/tasks/{task_id}", "pipelines:RecordTasks"},
      {"POST", "/apis/v2beta1/tasks:batchUpdate", "pipelines:RecordTasks"},
      {"POST", "/apis/v2beta1/tasks:findCached", "pipelines:ReadRuns"},
      {"GET", "/apis/v2beta1/runs/{run_id}/tasks", "pipelines:ReadRuns"},
      {"POST", "/apis/v2beta1/runs/{run_id}/tasks", "pipelines:RecordTasks"},
      {"GET", "/apis/v2beta1/runs/{run_id}/tasks/{task_id}", "pipelines:ReadRuns"},
      {"PATCH", "/apis/v2beta1/runs/{run_id}/tasks/{task_id}", "pipelines:RecordTasks"},
      {"POST", "/apis/v2beta1/runs/{run_id}/tasks:batchUpdate", "pipelines:RecordTasks"},
      {"GET", "/apis/v2beta1/artifacts", "pipelines:ReadArtifacts"},
      {"POST", "/apis/v2beta1/artifacts", "pipelines:RecordTasks"},
      {"POST", "/apis/v2beta1/artifacts:batchCreate", "pipelines:RecordTasks"},
      {"GET", "/apis/v2beta1/artifacts/{artifact_id}", "pipelines:ReadArtifacts"},
      {"DELETE", "/apis/v2beta1/artifacts/{artifact_id}", "pipelines:WriteArtifacts"},
      {"GET", "/apis/v2beta1/artifacts/{artifact_id}:download", "pipelines:ReadArtifacts"},
      {"GET", "/apis/v2beta1/artifact_tasks", "pipelines:ReadArtifacts"},
      {"POST", "/apis/v2beta1/artifact_tasks", "pipelines:RecordTasks"},
      {"POST", "/apis/v2beta1/artifact_tasks:batchCreate", "pipelines:RecordTasks"},

      {"GET", "/metrics", kReadMetrics},
      {"GET", "/apis/v2beta1/events", "pipelines:ReadRuns"},
      {"GET", "/apis/v2beta1/runs/{run_id}:watch", "pipelines:ReadRuns"},
      {"GET", "/apis/v1alpha1/runs/{run_id}/nodes/{node_id}/log", "pipelines:ReadLogs"},
      {"GET", "/apis/v2beta1/tasks/{task_id}/log", "pipelines:ReadLogs"},
      {"GET", "/apis/v2beta1/tasks/{task_id}/log:search", "pipelines:ReadLogs"},
      {"GET", "/apis/v2beta1/runs/{run_id}/nodes/{node_id}/artifacts/{artifact_name}:read",
       "pipelines:ReadArtifacts"},

      {"POST", "/apis/v2beta1/secrets", "pipelines:WriteSecrets"},
      {"GET", "/apis/v2beta1/secrets", "pipelines:ReadSecrets"},
      {"GET", "/apis/v2beta1/secrets/{name}", "pipelines:ReadSecrets"},
      {"DELETE", "/apis/v2beta1/secrets/{name}", "pipelines:WriteSecrets"},
      {"POST", "/apis/v2beta1/config_maps", "pipelines:WriteConfigMaps"},
      {"GET", "/apis/v2beta1/config_maps", "pipelines:ReadConfigMaps"},
      {"GET", "/apis/v2beta1/config_maps/{name}", "pipelines:ReadConfigMaps"},
      {"DELETE", "/apis/v2beta1/config_maps/{name}", "pipelines:WriteConfigMaps"},

      {"GET", "/apis/v2beta1/environments", "pipelines:ReadEnvironments"},
      {"GET", "/apis/v2beta1/environments/{environment_id}", "pipelines:ReadEnvironments"},
      {"DELETE", "/apis/v2beta1/environments/{environment_id}", "pipelines:WriteEnvironments"},
      {"GET", "/apis/v2beta1/environment_locks/{lock_id}", "pipelines:ReadEnvironments"},
  };
  return kTable;
}

std::optional<std::string_view> ActionOf(std::string_view method, std::string_view pattern) {
  for (const RouteAction& route : AllRouteActions()) {
    if (base::EqualsIgnoreCase(route.method, method) && route.pattern == pattern) {
      return route.action;
    }
  }
  return std::nullopt;
}

std::vector<std::string_view> AllActions() {
  std::set<std::string_view> actions;
  for (const RouteAction& route : AllRouteActions()) {
    if (route.action != kForAll && route.action != kForSignedIn) actions.insert(route.action);
  }
  return {actions.begin(), actions.end()};
}

}  // namespace penstock::kfp
