// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "events/notifier.h"
#include "iam/api_tokens.h"
#include "iam/credentials.h"
#include "iam/identities.h"
#include "s3/announce.h"
#include "s3/authenticator.h"
#include "store/object_store.h"
#include "text/json.h"
#include "text/url.h"

namespace penstock::admin {

class RequestLogs;
class RequestMetrics;
class RequestTrace;
class UsageHistory;

// What never changes while the server runs.
struct ServerFacts {
  std::string version;
  std::string commit;
  std::string region;
  base::Time started_at;
};

// What the operations work on. The references must outlive the handler.
struct Services {
  store::ObjectStore& store;
  iam::CredentialStore& credentials;
  iam::Identities& identities;
  RequestMetrics& request_metrics;
  events::Notifier& notifier;
  const base::Clock& clock;
  base::Logger& logger;
  ServerFacts facts;
  RequestTrace& trace;
  const RequestLogs& logs;
  text::Json configuration;  // what the server was started with, without secrets
  const UsageHistory& usage_history;
  const iam::ApiTokens& api_tokens;
};

// An authenticated and permitted request in the hands of an operation.
struct Call {
  const Services& services;
  const s3::Identity& identity;
  s3::EventActor actor;
  std::map<std::string, std::string, std::less<>> params;  // of the path
  text::Query query;
  text::Json body;  // an object; empty where none was sent

  // A parameter of the path; the route guarantees that it is there and not empty.
  const std::string& Param(std::string_view name) const { return params.find(name)->second; }
};

// Answers with an object, which becomes the body of a 200.
using Action = base::Result<text::Json> (*)(Call&);

// Answers with lines of JSON for as long as it likes. The answer begins with the first write (an
// empty one will do); a failure before that is answered as any other, one after it breaks off.
using StreamAction = base::Status (*)(Call&, base::ByteSink&);

}  // namespace penstock::admin
