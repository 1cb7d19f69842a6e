// SPDX-License-Identifier: Apache-2.0
#include "server/shown_config.h"

#include <algorithm>

namespace penstock::server {
namespace {

using text::Json;

// A URL may hold a password before the host, or a token behind the path.
std::string Shown(const std::string& url) {
  size_t end = std::min(url.find_first_of("?#"), url.size());
  std::string shown = url.substr(0, end);
  size_t scheme = shown.find("://");
  size_t host = scheme == std::string::npos ? 0 : scheme + 3;
  size_t path = std::min(shown.find('/', host), shown.size());
  size_t user_end = shown.rfind('@', path);
  if (user_end != std::string::npos && user_end >= host) {
    shown.replace(host, user_end - host, "***");
  }
  return end < url.size() ? shown + url[end] + "***" : shown;
}

Json ListOf(const std::vector<std::string>& values) {
  return Json(Json::Array(values.begin(), values.end()));
}

void ShowTls(Json& json, const std::string& option, const TlsFiles& tls) {
  json[option + "-cert"] = tls.certificate;
  json[option + "-key"] = tls.key;
}

void ShowTasks(Json& json, const ServerConfig& config) {
  json["max-parallel-tasks"] = static_cast<int64_t>(config.max_parallel_tasks);
  json["no-caching"] = !config.caching;
  if (config.keep_runs_days) json["keep-runs"] = *config.keep_runs_days;
  if (config.keep_archived_runs_days) json["keep-archived-runs"] = *config.keep_archived_runs_days;
  if (config.keep_cache_days) json["keep-cache"] = *config.keep_cache_days;
  if (config.keep_experiments_days) json["keep-experiments"] = *config.keep_experiments_days;
  json["task-keys"] = config.task_keys;
  json["task-network"] = config.task_network ? "host" : "none";
  json["warm"] = config.warm ? "auto" : "off";
  json["task-process-limit"] = static_cast<int64_t>(config.task_processes);
  json["task-disk-limit"] = config.task_disk_limit;
  json["containers"] = config.containers;
  json["container-network"] = config.container_network;
  json["schedule-time-zone"] = config.schedule_time_zone;
  json["task-ca"] = ListOf(config.task_ca_files);
  json["package-overrides"] = ListOf(config.package_override_files);
  json["package-lock"] = ListOf(config.package_lock_files);
  json["environments-limit"] = static_cast<int64_t>(config.environments_limit_bytes);
  if (config.environments_keep_days) json["environments-keep"] = *config.environments_keep_days;
  json["task-host"] = Json::Array{};
  for (const auto& [name, address] : config.task_hosts) {
    json["task-host"].Append(name + "=" + address);
  }
  json["task-env"] = Json::Array{};
  for (const auto& [name, value] : config.task_env) json["task-env"].Append(name + "=***");
}

void ShowReceivers(Json& json, const ServerConfig& config) {
  json["access-log"] = config.access_log;
  json["audit-log"] = config.audit_log;
  json["audit-webhook"] = Shown(config.audit_webhook);
  json["audit-webhook-token-file"] = config.audit_webhook_token_file;
  json["audit-webhook-ca"] = config.audit_webhook_ca_file;
  json["notify-webhook"] = Json::Array{};
  json["notify-webhook-token-file"] = Json::Array{};
  for (const WebhookConfig& webhook : config.webhooks) {
    json["notify-webhook"].Append(webhook.name + "=" + Shown(webhook.url));
    if (webhook.token_file.empty()) continue;
    json["notify-webhook-token-file"].Append(webhook.name + "=" + webhook.token_file);
  }
  json["notify-ca"] = config.webhook_ca_file;
  json["metrics-token-file"] = config.metrics_token_file;
}

}  // namespace

Json ShownConfig(const ServerConfig& config) {
  Json json;
  json["data-dir"] = config.data_dir;
  json["address"] = config.address;
  json["s3-address"] = config.s3_address;
  json["api-auth"] = config.api_auth;
  ShowTls(json, "api-tls", config.api_tls);
  ShowTls(json, "s3-tls", config.s3_tls);
  json["drive"] =
      config.drives.empty() ? ListOf({config.data_dir + "/store"}) : ListOf(config.drives);
  json["parity"] = config.parity ? Json(int64_t{*config.parity}) : Json();
  json["region"] = config.region;
  json["encryption-key-file"] = config.encryption_key_file;
  json["s3-domain"] = ListOf(config.s3_domains);
  json["s3-cors-origin"] = ListOf(config.s3_cors_origins);
  json["lifecycle-day"] = config.lifecycle_day_seconds;
  ShowReceivers(json, config);
  json["oidc-config-url"] = Shown(config.oidc.config_url);
  json["oidc-client-id"] = config.oidc.client_id;
  json["oidc-claim-name"] = config.oidc.claim_name;
  json["oidc-role-policy"] = config.oidc.role_policy;
  json["oidc-ca"] = config.oidc.ca_file;
  json["oidc-redirect-uri"] = config.oidc.redirect_uri;
  ShowTasks(json, config);
  return json;
}

}  // namespace penstock::server
