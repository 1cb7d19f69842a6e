// SPDX-License-Identifier: Apache-2.0
#include "server/server.h"

#include <algorithm>
#include <atomic>

#include <sys/stat.h>

#include "admin/admin_handler.h"
#include "admin/observers.h"
#include "admin/request_logs.h"
#include "admin/request_metrics.h"
#include "admin/request_trace.h"
#include "admin/s3_address_handler.h"
#include "admin/usage_history.h"
#include "engine/engine.h"
#include "events/notifier.h"
#include "executor/local/local_executor.h"
#include "iam/credentials.h"
#include "iam/identities.h"
#include "iam/oidc_provider.h"
#include "iam/sessions.h"
#include "inventory/inventory_scheduler.h"
#include "kfp/pipelines_handler.h"
#include "metadata/metadata_store.h"
#include "net/http_server.h"
#include "s3/announce.h"
#include "s3/lifecycle_document.h"
#include "s3/s3_handler.h"
#include "server/api_sign_in.h"
#include "server/data_directory_lock.h"
#include "server/http_documents.h"
#include "server/listen_address.h"
#include "server/master_keys.h"
#include "server/metrics_token.h"
#include "server/part_options.h"
#include "server/root_keys.h"
#include "server/shown_config.h"
#include "server/store_artifacts.h"
#include "server/store_identities.h"
#include "server/store_task_keys.h"
#include "server/stored_named_values.h"
#include "server/task_containers.h"
#include "server/time_zones.h"
#include "server/traced_handler.h"
#include "server/version.h"
#include "store/lifecycle_scanner.h"
#include "store/object_store.h"
#include "sts/sign_in_handler.h"
#include "sts/sts_handler.h"
#include "sys/file_system.h"
#include "sys/guarded_clock.h"
#include "ui/web_app.h"

namespace penstock::server {
namespace {

using base::Result;
using base::Status;

std::string Url(const ListenAddress& address, const TlsFiles& tls, uint16_t port) {
  bool v6 = address.host.find(':') != std::string::npos;
  return (tls.given() ? "https://" : "http://") + (v6 ? "[" + address.host + "]" : address.host) +
         ":" + std::to_string(port);
}

// Members are in the order in which they are made: each uses those above it, and destruction runs
// from the bottom up.
class WiredServer final : public Server {
 public:
  WiredServer(const ServerConfig& config, DataDirectoryLock lock, base::Logger& logger)
      : config_(config), lock_(std::move(lock)), logger_(logger) {}

  ~WiredServer() override { Stop(std::chrono::milliseconds(0)); }

  Status Open() {
    PENSTOCK_TRY(api_address_, ParseListenAddress(config_.address));
    PENSTOCK_TRY(s3_address_, ParseListenAddress(config_.s3_address));
    PENSTOCK_RETURN_IF_ERROR(OpenStores());
    PENSTOCK_RETURN_IF_ERROR(OpenEvents());
    StartSchedules();
    // Tasks that are taken up again get keys for the S3 address, so that comes first.
    PENSTOCK_RETURN_IF_ERROR(ListenForS3());
    PENSTOCK_RETURN_IF_ERROR(OpenEngine());
    return ListenForApi();
  }

  std::string api_url() const override {
    return Url(api_address_, config_.api_tls, api_server_->port());
  }
  std::string s3_url() const override {
    return Url(s3_address_, config_.s3_tls, s3_server_->port());
  }
  std::string root_key_source() const override { return root_keys_.source; }

  void Reload() override {
    request_logs_.Reopen();
    certificates_->ReloadAll();
  }

  void BeginDrain() override { draining_ = true; }

  void Stop(std::chrono::milliseconds grace) override {
    auto deadline = std::chrono::steady_clock::now() + grace;
    draining_ = true;
    if (notifier_) notifier_->live().Close();
    trace_.Close();
    if (certificates_) certificates_->Stop();
    if (api_handler_) api_handler_->Stop();
    // Those who follow a log would go on for ever; uploads to S3 are what the time is for.
    if (api_server_) api_server_->Stop(grace / 4);
    // The engine goes before the executor, so that tasks which end with the server count as
    // interrupted and not as failed.
    if (engine_) engine_->Stop();
    executor_.reset();
    lifecycle_.reset();
    inventories_.reset();
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (s3_server_) s3_server_->Stop(std::max(left, std::chrono::milliseconds(0)));
    if (notifier_) notifier_->SetTap(nullptr);
  }

 private:
  Status OpenStores() {
    PENSTOCK_TRY(root_keys_, LoadRootKeys(config_.data_dir + "/root-keys.json", random_));
    PENSTOCK_RETURN_IF_ERROR(CheckApiReach(config_, api_address_, root_keys_, logger_));
    files_ = sys::MakePosixFileSystem();
    store::StoreOptions options;
    options.directory = config_.data_dir + "/store";
    PENSTOCK_TRY(master_keys_,
                 FindMasterKeys(config_.encryption_key_file, config_.data_dir, *files_));
    options.master_keys = master_keys_.get();
    if (config_.drives.size() == 1) options.directory = config_.drives.front();
    if (config_.drives.size() > 1) options.drives.directories = config_.drives;
    options.drives.parity = config_.parity;
    PENSTOCK_TRY(store_,
                 store::ObjectStore::Open(options, *files_, store_clock_, random_, logger_));
    artifacts_ = std::make_unique<StoreArtifacts>(*store_, *files_);
    PENSTOCK_TRY(database_, metadata::Database::Open(config_.data_dir + "/metadata.db"));
    metadata_ = std::make_unique<metadata::MetadataStore>(*database_);
    identity_storage_ = std::make_unique<StoreIdentities>(*store_);
    PENSTOCK_TRY(identities_, iam::Identities::Open(root_keys_.key, root_keys_.previous_secret,
                                                    *identity_storage_, clock_, random_));
    sessions_ = std::make_unique<iam::Sessions>(root_keys_.key, *identities_, clock_, random_);
    credentials_ = std::make_unique<iam::CredentialStore>(
        root_keys_.key, clock_, random_,
        std::vector<const iam::KeySource*>{identities_.get(), sessions_.get()});
    identity_documents_ = std::make_unique<HttpDocuments>(config_.oidc.ca_file);
    if (!config_.oidc.config_url.empty()) {
      identity_provider_ = std::make_unique<iam::OidcProvider>(SettingsOf(config_.oidc),
                                                               *identity_documents_, clock_);
    }
    PENSTOCK_TRY(metrics_token_, LoadMetricsToken(config_.metrics_token_file));
    api_sign_in_ =
        std::make_unique<ApiSignIn>(*identities_, *credentials_, *sessions_,
                                    identity_provider_.get(), metrics_token_, clock_, random_);
    return {};
  }

  void StartSchedules() {
    store::LifecycleOptions options;
    options.day.length = std::chrono::seconds(config_.lifecycle_day_seconds);
    // Often enough that a shortened day is noticed too.
    options.between_passes = std::clamp<base::Duration>(
        options.day.length / 10, std::chrono::milliseconds(200), std::chrono::hours(1));
    options.removed = [this](const std::string& bucket, const store::DeleteTarget& target,
                             const store::DeleteOutcome& outcome) {
      s3::EventOutlet outlet{*notifier_, *store_, clock_, config_.region};
      s3::AnnounceExpiry(outlet, bucket, target, outcome);
    };
    lifecycle_ = std::make_unique<store::LifecycleScanner>(options, s3::ParseLifecycle, *store_,
                                                           store_clock_, logger_);
    lifecycle_->Start();
    inventory::InventoryOptions inventories;
    inventories.day = options.day.length;
    inventories.between_passes = std::clamp<base::Duration>(
        options.day.length / 10, std::chrono::milliseconds(200), std::chrono::minutes(5));
    inventories_ = std::make_unique<inventory::InventoryScheduler>(inventories, *store_, clock_,
                                                                   random_, logger_);
    inventories_->Start();
    usage_history_ = std::make_unique<admin::UsageHistory>(admin::UsageHistoryOptions{}, *store_,
                                                           clock_, logger_);
    usage_history_->Start();
  }

  Status OpenEngine() {
    PENSTOCK_TRY(executor::LocalExecutorOptions options, TaskOptionsOf(config_));
    if (config_.task_keys) {
      task_keys_ = std::make_unique<StoreTaskKeys>(
          *credentials_, Url(AsSeenHere(s3_address_), config_.s3_tls, s3_server_->port()),
          config_.region);
      options.keys = task_keys_.get();
    }
    PENSTOCK_TRY(executor_,
                 executor::MakeLocalExecutor(options, *artifacts_, clock_, random_, logger_));
    PENSTOCK_TRY(executor_, WithContainers(config_, options, std::move(executor_), *artifacts_,
                                           clock_, random_, logger_));
    named_values_ = std::make_unique<StoredNamedValues>(*store_, random_);
    engine::EngineOptions engine_options;
    engine_options.named_values = named_values_.get();
    engine_options.cache = config_.caching;
    engine_options.retention = RetentionOf(config_);
    PENSTOCK_RETURN_IF_ERROR(artifacts_->CheckRoot(engine_options.default_pipeline_root));
    engine_ = engine::Engine::Create(engine_options, *metadata_, *executor_, *artifacts_, clock_,
                                     random_, logger_);
    return engine_->Recover();
  }

  Status OpenEvents() {
    events::NotifierOptions events;
    events.directory = config_.data_dir + "/events";
    PENSTOCK_TRY(events.webhooks, LoadWebhooks(config_.webhooks, config_.webhook_ca_file));
    PENSTOCK_TRY(notifier_, events::Notifier::Open(std::move(events), *files_, logger_));
    return {};
  }

  Status ListenForS3() {
    s3::S3Options s3_options;
    s3_options.region = config_.region;
    s3_options.observer = &observers_;
    s3_options.virtual_host_domains.insert(s3_options.virtual_host_domains.end(),
                                           config_.s3_domains.begin(), config_.s3_domains.end());
    s3_options.lifecycle_day.length = std::chrono::seconds(config_.lifecycle_day_seconds);
    s3_options.cors_origins = config_.s3_cors_origins;
    s3_options.user_names = [this](std::string_view canonical_id) {
      return identities_->users().NameOf(canonical_id);
    };
    s3_options.notifier = notifier_.get();
    s3_options.ready = [this] { return !draining_; };
    s3_handler_ = s3::MakeS3Handler(s3_options, *store_, *credentials_, clock_, logger_);
    sts_handler_ = sts::MakeStsHandler(
        {*credentials_, *sessions_, identity_provider_.get(), clock_, logger_, &observers_});
    sts_or_s3_handler_ = sts::MakeStsOrS3Handler(*sts_handler_, *s3_handler_);
    PENSTOCK_RETURN_IF_ERROR(MakeAdmin());
    PENSTOCK_TRY(auto arrived, events::EventQueue::Open(config_.data_dir + "/arrived", *files_));
    arrived_objects_ =
        std::make_shared<kfp::ArrivedObjects>(std::move(arrived), *metadata_, logger_);
    notifier_->SetTap(arrived_objects_.get());
    certificates_ = std::make_unique<CertificateWatch>(*files_, logger_);
    return ListenOn(s3_address_, config_.s3_tls, *s3_address_handler_, s3_server_);
  }

  Status ListenForApi() {
    PENSTOCK_RETURN_IF_ERROR(MakePipelines());
    api_observers_.Add(trace_);
    if (config_.api_auth) request_logs_.AddAudit(api_observers_);
    traced_api_handler_ = std::make_unique<TracedHandler>(*api_handler_, api_observers_, clock_);
    ui::WebAppOptions web{std::string(kVersion), std::string(kCommit), config_.region,
                          [this] { return s3_url(); }, config_.api_auth};
    web_app_ = ui::MakeWebApp(std::move(web), ui::BuiltAssets(), *traced_api_handler_,
                              *s3_address_handler_);
    sign_in_handler_ = sts::MakeSignInHandler(
        {identity_provider_.get(), *credentials_, *sessions_, api_sign_in_->browsers(),
         identities_->key(), clock_, random_, logger_},
        OptionsOfSignIn(), *web_app_);
    PENSTOCK_RETURN_IF_ERROR(
        ListenOn(api_address_, config_.api_tls, *sign_in_handler_, api_server_));
    certificates_->Start();
    api_handler_->Start();
    return {};
  }

  sts::SignInOptions OptionsOfSignIn() const {
    sts::SignInOptions options;
    options.redirect_uri = config_.oidc.redirect_uri;
    options.s3_scheme = config_.s3_tls.given() ? "https" : "http";
    // A page is told the name that its browser knows this machine by, where any will do.
    ListenAddress here = AsSeenHere(s3_address_);
    if (here.host == s3_address_.host) {
      bool v6 = here.host.find(':') != std::string::npos;
      options.s3_host = v6 ? "[" + here.host + "]" : here.host;
    }
    options.s3_port = s3_server_->port();
    options.region = config_.region;
    return options;
  }

  Status OpenRequestLogs() {
    admin::RequestLogTargets targets;
    targets.access = config_.access_log;
    targets.audit = config_.audit_log;
    targets.webhook_directory = config_.data_dir + "/audit-webhook";
    if (!config_.audit_webhook.empty()) {
      PENSTOCK_TRY(targets.audit_webhook,
                   LoadAuditWebhook(config_.audit_webhook, config_.audit_webhook_token_file,
                                    config_.audit_webhook_ca_file));
    }
    return request_logs_.Open(targets, *files_, logger_, observers_);
  }

  Status MakePipelines() {
    kfp::PipelinesOptions options;
    options.version = kVersion;
    options.commit_sha = kCommit;
    options.named_values = named_values_.get();
    options.package_urls.domains = config_.package_url_domains;
    options.package_urls.allow_http = config_.package_url_http;
    options.package_urls.ca_file = config_.package_url_ca_file;
    PENSTOCK_TRY(options.schedule_zone, LoadTimeZone(config_.schedule_time_zone, *files_));
    options.arrived_objects = arrived_objects_;
    if (config_.api_auth) options.access = &api_sign_in_->access();
    api_handler_ = kfp::MakePipelinesHandler(options, *metadata_, *engine_, *executor_, *artifacts_,
                                             clock_, random_, logger_);
    return {};
  }

  Status MakeAdmin() {
    observers_.Add(request_metrics_);
    observers_.Add(trace_);
    PENSTOCK_RETURN_IF_ERROR(OpenRequestLogs());
    admin::ServerFacts facts{std::string(kVersion), std::string(kCommit), config_.region,
                             clock_.Now()};
    admin::Services services{*store_,
                             *credentials_,
                             *identities_,
                             request_metrics_,
                             *notifier_,
                             clock_,
                             logger_,
                             facts,
                             trace_,
                             request_logs_,
                             ShownConfig(config_),
                             *usage_history_,
                             api_sign_in_->tokens()};
    admin_handler_ = admin::MakeAdminHandler(services, &observers_);
    s3_address_handler_ = admin::MakeS3AddressHandler(services, {metrics_token_}, *admin_handler_,
                                                      *sts_or_s3_handler_);
    return {};
  }

  Status ListenOn(const ListenAddress& address, const TlsFiles& tls, net::Handler& handler,
                  std::unique_ptr<net::HttpServer>& server) {
    net::ServerOptions options;
    options.address = address.host;
    options.port = address.port;
    options.tls_certificate_file = tls.certificate;
    options.tls_key_file = tls.key;
    if (tls.given()) {
      certificates_->Add(address.host + ":" + std::to_string(address.port), tls,
                         [&server] { return server->ReloadTls(); });
    }
    PENSTOCK_TRY(server, net::HttpServer::Listen(options, handler, logger_));
    return {};
  }

  const ServerConfig config_;
  std::atomic<bool> draining_{false};
  DataDirectoryLock lock_;
  base::Logger& logger_;
  base::SystemClock clock_;
  sys::GuardedClock store_clock_{clock_, logger_};
  base::SystemRandom random_;
  ListenAddress api_address_;
  ListenAddress s3_address_;
  RootKeys root_keys_;
  std::unique_ptr<sys::FileSystem> files_;
  std::unique_ptr<keys::MasterKeySource> master_keys_;
  std::unique_ptr<store::ObjectStore> store_;
  std::unique_ptr<events::Notifier> notifier_;
  std::unique_ptr<store::LifecycleScanner> lifecycle_;
  std::unique_ptr<inventory::InventoryScheduler> inventories_;
  std::unique_ptr<admin::UsageHistory> usage_history_;
  std::unique_ptr<StoreArtifacts> artifacts_;
  std::unique_ptr<metadata::Database> database_;
  std::unique_ptr<metadata::MetadataStore> metadata_;
  std::unique_ptr<StoreIdentities> identity_storage_;
  std::unique_ptr<iam::Identities> identities_;
  std::unique_ptr<iam::Sessions> sessions_;
  std::unique_ptr<iam::CredentialStore> credentials_;
  // Shared with the handler; told of objects by the notifier until everything has stopped.
  std::shared_ptr<kfp::ArrivedObjects> arrived_objects_;
  admin::RequestMetrics request_metrics_;
  admin::RequestTrace trace_;
  admin::RequestLogs request_logs_;
  admin::Observers observers_;
  admin::Observers api_observers_;
  std::unique_ptr<HttpDocuments> identity_documents_;
  std::unique_ptr<iam::OidcProvider> identity_provider_;  // null where none is set up
  std::string metrics_token_;
  std::unique_ptr<ApiSignIn> api_sign_in_;
  std::unique_ptr<net::Handler> s3_handler_;
  std::unique_ptr<net::Handler> sts_handler_;
  std::unique_ptr<net::Handler> sts_or_s3_handler_;
  std::unique_ptr<net::Handler> admin_handler_;
  std::unique_ptr<net::Handler> s3_address_handler_;
  std::unique_ptr<net::HttpServer> s3_server_;
  std::unique_ptr<StoreTaskKeys> task_keys_;
  std::unique_ptr<StoredNamedValues> named_values_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<engine::Executor> executor_;
  std::unique_ptr<kfp::PipelinesHandler> api_handler_;
  std::unique_ptr<TracedHandler> traced_api_handler_;
  std::unique_ptr<net::Handler> web_app_;
  std::unique_ptr<net::Handler> sign_in_handler_;
  std::unique_ptr<net::HttpServer> api_server_;
  std::unique_ptr<CertificateWatch> certificates_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::Start(const ServerConfig& config, base::Logger& logger) {
  auto files = sys::MakePosixFileSystem();
  PENSTOCK_RETURN_IF_ERROR(files->MakeDirectories(config.data_dir));
  // Run records and root keys are nobody else's business.
  chmod(config.data_dir.c_str(), 0700);
  PENSTOCK_TRY(DataDirectoryLock lock, DataDirectoryLock::Take(config.data_dir));
  auto server = std::make_unique<WiredServer>(config, std::move(lock), logger);
  PENSTOCK_RETURN_IF_ERROR(server->Open());
  return server;
}

}  // namespace penstock::server
