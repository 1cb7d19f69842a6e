// SPDX-License-Identifier: Apache-2.0
#include "server/part_options.h"

#include <algorithm>
#include <cstdlib>

#include "kfp/default_experiment.h"

namespace penstock::server {
namespace {

executor::EnvironmentLimits EnvironmentLimitsOf(const ServerConfig& config) {
  executor::EnvironmentLimits limits;
  if (config.environments_limit_bytes > 0) limits.bytes = config.environments_limit_bytes;
  if (config.environments_keep_days) {
    limits.idle = std::chrono::hours(24) * *config.environments_keep_days;
  }
  return limits;
}

}  // namespace

base::Result<executor::LocalExecutorOptions> TaskOptionsOf(const ServerConfig& config) {
  executor::LocalExecutorOptions options;
  options.directory = config.data_dir + "/tasks";
  options.max_parallel_tasks = config.max_parallel_tasks;
  options.hosts = config.task_hosts;
  options.ca_files = config.task_ca_files;
  options.env = config.task_env;
  options.images = config.task_images;
  options.package_override_files = config.package_override_files;
  options.own_network = !config.task_network;
  options.warm = config.warm;
  options.limits.processes = config.task_processes;
  PENSTOCK_TRY(options.limits.disk_bytes, executor::ParseDiskLimit(config.task_disk_limit));
  options.package_lock_files = config.package_lock_files;
  options.environment_limits = EnvironmentLimitsOf(config);
  return options;
}

engine::RetentionOptions RetentionOf(const ServerConfig& config) {
  auto days = [&](const std::optional<int64_t>& count) -> std::optional<std::chrono::seconds> {
    if (!count) return std::nullopt;
    return std::chrono::seconds(*count * config.retention_day_seconds);
  };
  engine::RetentionOptions options;
  options.keep_runs = days(config.keep_runs_days);
  options.keep_archived_runs = days(config.keep_archived_runs_days);
  options.keep_cache = days(config.keep_cache_days);
  options.keep_experiments = days(config.keep_experiments_days);
  options.kept_experiment = kfp::kDefaultExperimentName;
  options.between_sweeps =
      std::clamp<std::chrono::milliseconds>(std::chrono::seconds(config.retention_day_seconds) / 10,
                                            std::chrono::milliseconds(200), std::chrono::hours(1));
  return options;
}

iam::OidcSettings SettingsOf(const OidcConfig& config) {
  iam::OidcSettings settings;
  settings.config_url = config.config_url;
  settings.client_id = config.client_id;
  const char* secret = std::getenv("PENSTOCK_OIDC_CLIENT_SECRET");
  if (secret != nullptr) settings.client_secret = secret;
  settings.claim_name = config.claim_name;
  settings.role_policies = iam::SplitPolicyNames(config.role_policy);
  return settings;
}

}  // namespace penstock::server
