// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "admin/admin_handler.h"
#include "admin/metrics_page.h"
#include "admin/observers.h"
#include "admin/request_logs.h"
#include "admin/request_metrics.h"
#include "admin/request_trace.h"
#include "admin/signing.h"
#include "admin/usage_history.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "iam/credentials.h"
#include "iam/identities.h"
#include "iam/test_identity_storage.h"
#include "keys/test_keys.h"
#include "net/http.h"
#include "s3/s3_handler.h"
#include "store/object_store.h"
#include "sys/file_system.h"
#include "text/json.h"

// What the tests of this folder share. Not part of the library.
namespace penstock::admin {

struct TestAnswer {
  int status = 0;
  std::string body;

  text::Json Json() const { return text::ParseJson(body).value(); }
  // The code of an error; empty where this is none.
  std::string ErrorCode() const;
};

inline const SigningKeys kTestRoot{"ROOTKEY", "root-secret", ""};

// The handler of the S3 address over a real store in a directory of its own, without a network.
class TestAdmin {
 public:
  TestAdmin();
  ~TestAdmin();

  // Signed by the keys; `path` behind the prefix; a null body is none.
  TestAnswer Send(const std::string& method, const std::string& path,
                  const text::Json& body = nullptr, const SigningKeys& keys = kTestRoot);
  TestAnswer Get(const std::string& path) { return Send("GET", path); }
  // A signed request, to be spoilt and delivered.
  net::ClientRequest Signed(const std::string& method, const std::string& path,
                            const std::string& body, const SigningKeys& keys = kTestRoot);
  TestAnswer Deliver(const net::ClientRequest& request);
  std::string Metrics() const { return MetricsText(*services_); }

  store::ObjectStore& store() { return *store_; }
  iam::CredentialStore& credentials() { return credentials_; }
  const iam::ApiTokens& api_tokens() const { return api_tokens_; }
  base::FakeClock& clock() { return clock_; }
  events::Notifier& notifier() { return *notifier_; }
  RequestTrace& trace() { return trace_; }
  UsageHistory& usage_history() { return *usage_history_; }

 private:
  std::string directory_;
  base::FakeClock clock_;
  base::SeededRandom random_{1};
  base::NullLogger logger_;
  std::unique_ptr<sys::FileSystem> files_;
  keys::MemoryMasterKeys master_keys_;
  std::unique_ptr<store::ObjectStore> store_;
  iam::MemoryStorage identity_storage_;
  std::unique_ptr<iam::Identities> identities_;
  iam::CredentialStore credentials_;
  iam::ApiTokens api_tokens_;
  RequestMetrics metrics_;
  RequestTrace trace_;
  RequestLogs logs_;
  Observers observers_;
  std::unique_ptr<events::Notifier> notifier_;
  std::unique_ptr<UsageHistory> usage_history_;
  std::unique_ptr<Services> services_;
  std::unique_ptr<net::Handler> s3_;
  std::unique_ptr<net::Handler> admin_;
  std::unique_ptr<net::Handler> handler_;
};

}  // namespace penstock::admin
