// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "server/certificate_watch.h"
#include "server/webhooks.h"

namespace penstock::server {

// An OpenID Connect provider whose users may sign in. Its client's secret, where it has one, comes
// from PENSTOCK_OIDC_CLIENT_SECRET.
struct OidcConfig {
  std::string config_url;  // of the discovery document; "": none
  std::string client_id;
  std::string claim_name = "policy";
  std::string role_policy;  // names with commas between them; "": the claim decides
  std::string ca_file;
  std::string redirect_uri;  // of browsers that sign in; "": made of the address they used
};

struct ServerConfig {
  std::string data_dir;
  std::string address = "127.0.0.1:8888";
  std::string s3_address = "127.0.0.1:9000";
  bool api_auth = false;  // the pipelines API asks for credentials
  TlsFiles api_tls;       // https where given
  TlsFiles s3_tls;
  std::string access_log;  // paths; "" for none
  std::string audit_log;
  std::string audit_webhook;  // where audited requests are posted; "" for nowhere
  std::string audit_webhook_token_file;
  std::string audit_webhook_ca_file;
  std::vector<WebhookConfig> webhooks;
  std::string webhook_ca_file;     // PEM, trusted instead of the system's certificates
  std::string metrics_token_file;  // whoever has what is in it may read the metrics
  OidcConfig oidc;
  std::string region = "us-east-1";
  std::string encryption_key_file;           // of the master key; "" for one in data_dir
  std::vector<std::string> s3_domains;       // `bucket.<domain>` addresses a bucket
  std::vector<std::string> s3_cors_origins;  // whose pages may use buckets without CORS rules
  std::vector<std::string> drives;  // of the object store; DATA-DIR/store where there are none
  std::optional<int> parity;        // of several drives, where the usual one is not wanted
  std::vector<std::string> package_url_domains;  // hosts that packages are fetched from
  bool package_url_http = false;                 // by http, too
  std::string package_url_ca_file;
  std::string schedule_time_zone;  // of cron expressions: "Europe/Berlin"; "" for UTC
  bool caching = true;             // whether tasks may take their outputs from the cache
  std::optional<int64_t> keep_runs_days, keep_archived_runs_days, keep_cache_days,
      keep_experiments_days;
  int64_t retention_day_seconds = 24 * 60 * 60;  // another length than a day is for tests
  size_t max_parallel_tasks = 0;                 // 0: a small multiple of the processors
  std::vector<std::pair<std::string, std::string>> task_hosts;  // name, address
  std::vector<std::string> task_ca_files;
  std::vector<std::pair<std::string, std::string>> task_env;     // name, value
  std::vector<std::pair<std::string, std::string>> task_images;  // pattern, root
  std::vector<std::string> package_override_files;
  std::vector<std::string> package_lock_files;
  uint64_t environments_limit_bytes = uint64_t{20} << 30;  // 0: none
  std::optional<int64_t> environments_keep_days;           // after the last use
  bool task_network = true;                // else tasks have a network of their own, which is empty
  bool warm = true;                        // interpreters are kept ready between tasks
  uint64_t task_processes = 4096;          // most that a task may have; 0: any number
  std::string task_disk_limit;             // such as "10Gi"; "" for none
  bool task_keys = true;                   // running tasks get temporary keys for S3
  std::string containers = "auto";         // the engine: "auto", "docker", "containerd", "off"
  std::string container_network = "host";  // or "none", "bridge", a network of the engine's
  // How long a day of lifecycle rules lasts; another length than a day is for tests.
  int64_t lifecycle_day_seconds = 24 * 60 * 60;
};

// The whole platform in one object: the only place that builds the parts and joins them. Running
// once made; destruction stops it.
class Server {
 public:
  // Opens or creates the data directory and listens. Errors are for the person at the console.
  static base::Result<std::unique_ptr<Server>> Start(const ServerConfig& config,
                                                     base::Logger& logger);
  virtual ~Server() = default;

  virtual std::string api_url() const = 0;
  virtual std::string s3_url() const = 0;
  virtual std::string root_key_source() const = 0;  // "environment", or a file
  // Opens access and audit logs again, and takes renewed certificates into use now; those that
  // cannot be used are reported in the log, and the former ones stay. Changed certificates are
  // noticed within seconds without it.
  virtual void Reload() = 0;
  // Makes the readiness probes say that no more requests are welcome; all that come are answered.
  virtual void BeginDrain() = 0;
  // Accepts no more connections and closes idle ones. Lets running requests end within the grace
  // period (those of the pipelines API within a quarter of it), then cuts them off. Running tasks
  // are started again by the next server on the same data directory.
  virtual void Stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace penstock::server
