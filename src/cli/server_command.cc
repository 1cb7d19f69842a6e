// SPDX-License-Identifier: Apache-2.0
#include "cli/server_command.h"

#include <chrono>
#include <map>

#include <CLI/CLI.hpp>
#include <signal.h>
#include <sys/resource.h>

#include "base/log.h"
#include "cli/pipeline_options.h"

namespace penstock::cli {
namespace {

constexpr const char* kDescription =
    "Serve the pipelines API and the S3 object store from one directory";

constexpr int64_t kMostDrainSeconds = 24 * 60 * 60;

constexpr const char* kFooter = R"(
Root keys for S3 come from PENSTOCK_ROOT_USER and PENSTOCK_ROOT_PASSWORD (or MINIO_ROOT_USER and
MINIO_ROOT_PASSWORD); otherwise they are made at the first start and kept in
DATA-DIR/root-keys.json, readable by you alone. To change the root password, start once with the old
one in PENSTOCK_ROOT_PASSWORD_OLD. PENSTOCK_OIDC_CLIENT_SECRET holds the identity provider's secret.

The master key for encryption comes from PENSTOCK_ENCRYPTION_KEY or --encryption-key-file; otherwise
it is made at the first start and kept in DATA-DIR/encryption-key. Keep a copy of it apart from the
drives: without it nothing can be read that is encrypted with the store's keys.

Certificates are loaded again when their files change, and on SIGHUP; connections go on meanwhile.
SIGTERM lets running requests end (--drain-seconds); a second one skips --drain-delay-seconds.
SIGHUP also opens --access-log and --audit-log again, after they have been moved away.

Examples:
  penstock server --data-dir ./data
  penstock server --data-dir ./data --s3-address 0.0.0.0:9000 --s3-tls-cert s3.pem \
      --s3-tls-key s3-key.pem
  penstock server --data-dir ./data --drive /mnt/a --drive /mnt/b --drive /mnt/c --drive /mnt/d
  penstock server --data-dir ./data --task-host minio.example=192.0.2.7 --task-env HTTP_TIMEOUT=30
  penstock --config penstock.toml server
where penstock.toml holds
  [server]
  data-dir = "./data"
  task-host = ["minio.example=192.0.2.7"])";

// Connections are file descriptors, and the usual soft limit of 1024 would end at a thousand
// clients.
void RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Must run before any thread starts: threads inherit the mask, so that only sigwait sees the
// signals.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

base::LogLevel LevelOf(const std::string& name) {
  static const std::map<std::string, base::LogLevel> kLevels = {
      {"debug", base::LogLevel::kDebug},
      {"info", base::LogLevel::kInfo},
      {"warning", base::LogLevel::kWarning},
      {"error", base::LogLevel::kError}};
  return kLevels.at(name);
}

// Waits for a signal to stop; returns its number.
int ServeUntilStopped(const sigset_t& signals, server::Server& server, base::Logger& logger) {
  int number = 0;
  while (sigwait(&signals, &number) == 0 && number == SIGHUP) {
    logger.Info("opening logs and loading certificates again", {{"signal", number}});
    server.Reload();
  }
  return number;
}

// Whoever asks twice does not want to wait.
void WaitForSecondSignal(const sigset_t& signals, int64_t seconds) {
  timespec limit{.tv_sec = seconds, .tv_nsec = 0};
  if (seconds > 0) sigtimedwait(&signals, nullptr, &limit);
}

base::Status CheckTls(const server::TlsFiles& tls, const std::string& option) {
  if (tls.certificate.empty() == tls.key.empty()) return {};
  const std::string missing = option + (tls.key.empty() ? "-key" : "-cert");
  const std::string given = option + (tls.key.empty() ? "-cert" : "-key");
  return base::Fail(base::Code::kInvalidArgument,
                    given + " needs " + missing + " too: TLS takes a certificate and its key");
}

void AddTlsOptions(CLI::App& command, const std::string& option, const std::string& what,
                   server::TlsFiles& tls) {
  command
      .add_option(option + "-cert", tls.certificate,
                  "PEM file with the certificate (and chain) of the " + what + " address")
      ->check(CLI::ExistingFile);
  command.add_option(option + "-key", tls.key, "PEM file with the key of that certificate")
      ->check(CLI::ExistingFile);
}

void AddOidcOptions(CLI::App& command, server::OidcConfig& oidc) {
  command.add_option("--oidc-config-url", oidc.config_url,
                     "Discovery document of an OpenID Connect provider whose users may sign in "
                     "(https://…/.well-known/openid-configuration)");
  command.add_option("--oidc-client-id", oidc.client_id,
                     "Client that the provider's tokens must be for");
  command
      .add_option("--oidc-claim-name", oidc.claim_name,
                  "Claim of the tokens that names a user's policies")
      ->capture_default_str();
  command.add_option("--oidc-role-policy", oidc.role_policy,
                     "Policies of all the provider's users, with commas; then no claim counts");
  command.add_option("--oidc-redirect-uri", oidc.redirect_uri,
                     "Where the provider sends browsers back to: /penstock/sign-in/done of the "
                     "pipelines API as browsers know it, such as https://penstock.example/penstock/"
                     "sign-in/done; by default made of the address they used");
  command
      .add_option("--oidc-ca", oidc.ca_file,
                  "PEM file of certificates to trust for the provider, instead of the system's")
      ->check(CLI::ExistingFile);
}

base::Status CheckOidc(const server::OidcConfig& oidc) {
  bool url = oidc.config_url.starts_with("https://") || oidc.config_url.starts_with("http://");
  if (!oidc.config_url.empty() && !url) {
    return base::Fail(base::Code::kInvalidArgument,
                      "--oidc-config-url must begin with https:// or http://");
  }
  if (oidc.config_url.empty() == oidc.client_id.empty()) return {};
  return base::Fail(base::Code::kInvalidArgument,
                    "--oidc-config-url and --oidc-client-id go together: give both or neither");
}

}  // namespace

base::Result<std::pair<std::string, std::string>> SplitAssignment(const std::string& text,
                                                                  const std::string& option) {
  size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return base::Fail(base::Code::kInvalidArgument,
                      option + " takes NAME=VALUE, and '" + text + "' is none");
  }
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

CLI::App* ServerCommand::AddTo(CLI::App& app) {
  CLI::App* command = app.add_subcommand("server", kDescription);
  command->footer(kFooter);
  command->configurable();
  command->fallthrough();
  command->add_option("--data-dir", config_.data_dir, "Where everything is kept; made where absent")
      ->required();
  command->add_option("--address", config_.address, "Pipelines API, HOST:PORT")
      ->capture_default_str();
  command->add_option("--s3-address", config_.s3_address, "S3, HOST:PORT")->capture_default_str();
  command->add_flag("--api-auth", config_.api_auth,
                    "The pipelines API asks for credentials: a token of `penstock admin token "
                    "create` or of the OpenID Connect provider, or a browser that is signed in. "
                    "Without it, it listens on this machine alone");
  AddTlsOptions(*command, "--api-tls", "pipelines API", config_.api_tls);
  AddTlsOptions(*command, "--s3-tls", "S3", config_.s3_tls);
  command->add_option("--access-log", config_.access_log,
                      "File for a line of JSON a request on the S3 address");
  command->add_option("--audit-log", config_.audit_log,
                      "File for a line of JSON a request that changes or removes what others rely "
                      "on: policies, users, keys, locks, bucket settings, versions");
  command->add_option("--audit-webhook", config_.audit_webhook,
                      "URL that every line of the audit log is posted to, from a queue on disk");
  command
      ->add_option("--audit-webhook-token-file", config_.audit_webhook_token_file,
                   "File with the bearer token for it")
      ->check(CLI::ExistingFile);
  command
      ->add_option("--audit-webhook-ca", config_.audit_webhook_ca_file,
                   "PEM file of certificates that its own is checked with")
      ->check(CLI::ExistingFile);
  command
      ->add_option("--notify-webhook", webhooks_,
                   "NAME=URL: where the events go that bucket notifications send to "
                   "arn:minio:sqs::NAME:webhook (repeatable)")
      ->allow_extra_args(false);
  command
      ->add_option("--notify-webhook-token-file", webhook_token_files_,
                   "NAME=FILE: file with the bearer token for that webhook (repeatable)")
      ->allow_extra_args(false);
  command
      ->add_option("--notify-ca", config_.webhook_ca_file,
                   "PEM file of certificates that webhooks' are checked with")
      ->check(CLI::ExistingFile);
  command
      ->add_option("--metrics-token-file", config_.metrics_token_file,
                   "File with the bearer token that may read /metrics from other machines")
      ->check(CLI::ExistingFile);
  AddOidcOptions(*command, config_.oidc);
  command
      ->add_option(
          "--drive", config_.drives,
          "Directory of a drive for objects (repeatable, 2 to 16, in any order, all at the "
          "first start); without it DATA-DIR/store is the only one")
      ->allow_extra_args(false);
  command->add_option("--parity", config_.parity,
                      "How many of several drives may be lost without losing an object; chosen at "
                      "the first start, by default 1 of 2 or 3, 2 of 4 or 5, 3 of 6 or 7, else 4");
  command->add_option("--region", config_.region, "The region that S3 clients name")
      ->capture_default_str();
  command->add_option("--encryption-key-file", config_.encryption_key_file,
                      "File with the master key for encryption, 32 bytes in base64");
  command
      ->add_option("--s3-domain", config_.s3_domains,
                   "A host name of the S3 address below which BUCKET.NAME addresses a bucket "
                   "(repeatable); localhost is one already")
      ->allow_extra_args(false);
  command
      ->add_option("--s3-cors-origin", config_.s3_cors_origins,
                   "An origin whose pages may use every bucket that has no CORS configuration of "
                   "its own, such as https://console.example, or * (repeatable)")
      ->allow_extra_args(false);
  AddPipelineOptions(*command, config_);
  command
      ->add_option("--max-parallel-tasks", config_.max_parallel_tasks,
                   "Processors that running tasks may ask for together, a task without a request "
                   "for one; 0: all of this machine")
      ->capture_default_str();
  command->add_option("--package-url-domain", config_.package_url_domains,
                      "A host, or *.DOMAIN, that pipeline packages may be fetched from "
                      "(repeatable); every public one unless said otherwise");
  command->add_flag("--package-url-http", config_.package_url_http,
                    "Fetch pipeline packages by http, too");
  command->add_option("--package-url-ca", config_.package_url_ca_file,
                      "PEM file of the authorities trusted for that, instead of the system's");
  command
      ->add_option("--schedule-time-zone", config_.schedule_time_zone,
                   "The time zone of recurring runs' cron expressions, such as Europe/Berlin; UTC "
                   "unless said otherwise")
      ->envname("CRON_SCHEDULE_TIMEZONE");
  command
      ->add_option("--task-host", task_hosts_,
                   "NAME=ADDRESS: a host name that tasks resolve to that address (repeatable); "
                   "host.docker.internal is this machine unless said otherwise")
      ->allow_extra_args(false);
  command
      ->add_option("--task-ca", config_.task_ca_files,
                   "PEM file of certificates that tasks trust besides the system's (repeatable)")
      ->check(CLI::ExistingFile)
      ->allow_extra_args(false);
  command
      ->add_option(
          "--image", task_images_,
          "PATTERN=host or PATTERN=FOLDER: tasks whose image matches run on this machine's "
          "programs, or with that folder as their read-only root (repeatable, the first "
          "that matches counts)")
      ->allow_extra_args(false);
  command->add_option("--task-env", task_env_, "NAME=VALUE: set in every task (repeatable)")
      ->allow_extra_args(false);
  command->add_flag("!--no-task-keys", config_.task_keys,
                    "Give running tasks no temporary S3 keys (AWS_ACCESS_KEY_ID and so on)");
  command
      ->add_option("--package-overrides", config_.package_override_files,
                   "YAML file that replaces interpreters and package pins (repeatable)")
      ->check(CLI::ExistingFile)
      ->allow_extra_args(false);
  command
      ->add_option("--package-lock", config_.package_lock_files,
                   "File of exact packages, from `penstock environment lock` (repeatable)")
      ->check(CLI::ExistingFile)
      ->allow_extra_args(false);
  command
      ->add_option("--environments-limit", config_.environments_limit_bytes,
                   "How much environments and downloads of packages may take, as 20GiB: beyond it "
                   "those go that were not used for longest; 0: anything")
      ->transform(CLI::AsSizeValue(false))
      ->capture_default_str();
  command
      ->add_option("--environments-keep", config_.environments_keep_days,
                   "Days after its last use that an environment is removed; kept unless given")
      ->check(CLI::PositiveNumber);
  command
      ->add_option("--lifecycle-day", config_.lifecycle_day_seconds,
                   "How many seconds a day of lifecycle rules and inventories lasts; shorten it to "
                   "test them")
      ->check(CLI::Range(int64_t{1}, int64_t{24} * 60 * 60))
      ->capture_default_str();
  command
      ->add_option("--drain-seconds", drain_seconds_,
                   "How long running requests may take to end after SIGTERM")
      ->check(CLI::Range(int64_t{0}, kMostDrainSeconds))
      ->capture_default_str();
  command
      ->add_option("--drain-delay-seconds", drain_delay_seconds_,
                   "How long to go on as before after SIGTERM, but for /minio/health/ready, which "
                   "says 503, so that load balancers turn away first")
      ->check(CLI::Range(int64_t{0}, kMostDrainSeconds))
      ->capture_default_str();
  command->add_option("--log-level", log_level_, "debug, info, warning or error")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
      ->capture_default_str();
  command->add_option("--log-format", log_format_, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  return command;
}

base::Status ServerCommand::Finish() {
  for (const std::string& text : task_hosts_) {
    PENSTOCK_TRY(auto host, SplitAssignment(text, "--task-host"));
    config_.task_hosts.push_back(std::move(host));
  }
  for (const std::string& text : task_env_) {
    PENSTOCK_TRY(auto variable, SplitAssignment(text, "--task-env"));
    config_.task_env.push_back(std::move(variable));
  }
  for (const std::string& text : task_images_) {
    PENSTOCK_TRY(auto image, SplitAssignment(text, "--image"));
    config_.task_images.push_back(std::move(image));
  }
  PENSTOCK_RETURN_IF_ERROR(FinishWebhooks());
  PENSTOCK_RETURN_IF_ERROR(CheckTls(config_.api_tls, "--api-tls"));
  if (config_.parity && config_.drives.size() < 2) {
    return base::Fail(base::Code::kInvalidArgument, "--parity needs several --drive");
  }
  PENSTOCK_RETURN_IF_ERROR(CheckTls(config_.s3_tls, "--s3-tls"));
  PENSTOCK_RETURN_IF_ERROR(CheckOidc(config_.oidc));
  return {};
}

base::Status ServerCommand::FinishWebhooks() {
  for (const std::string& text : webhooks_) {
    PENSTOCK_TRY(auto webhook, SplitAssignment(text, "--notify-webhook"));
    config_.webhooks.push_back({webhook.first, webhook.second, ""});
  }
  for (const std::string& text : webhook_token_files_) {
    PENSTOCK_TRY(auto token, SplitAssignment(text, "--notify-webhook-token-file"));
    bool found = false;
    for (server::WebhookConfig& webhook : config_.webhooks) {
      if (webhook.name != token.first) continue;
      webhook.token_file = token.second;
      found = true;
    }
    if (!found) {
      return base::Fail(
          base::Code::kInvalidArgument,
          "--notify-webhook-token-file: no --notify-webhook is named '" + token.first + "'");
    }
  }
  return {};
}

int ServerCommand::Run(std::ostream& out, std::ostream& err) {
  if (base::Status finished = Finish(); !finished) {
    err << "penstock server: " << finished.error().message() << "\n";
    return 2;
  }
  sigset_t signals = BlockSignals();
  RaiseFileLimit();
  auto logger = base::MakeStderrLogger(LevelOf(log_level_), log_format_ == "json");
  auto started = server::Server::Start(config_, *logger);
  if (!started) {
    err << "penstock server: " << started.error().message() << "\n";
    return 1;
  }
  out << "Pipelines API  " << (*started)->api_url() << "\n"
      << "S3             " << (*started)->s3_url() << "\n"
      << "S3 root keys   " << (*started)->root_key_source() << "\n"
      << "Stop with Ctrl-C or SIGTERM." << std::endl;

  int signal_number = ServeUntilStopped(signals, **started, *logger);
  logger->Info("stopping", {{"signal", signal_number}});
  (*started)->BeginDrain();
  WaitForSecondSignal(signals, drain_delay_seconds_);
  (*started)->Stop(std::chrono::seconds(drain_seconds_));
  started->reset();
  logger->Info("stopped");
  return 0;
}

}  // namespace penstock::cli
