// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "iam/credentials.h"
#include "net/http.h"
#include "s3/request_record.h"
#include "store/lifecycle_rules.h"
#include "store/object_store.h"

namespace penstock::events {
class Notifier;
}

namespace penstock::s3 {

struct S3Options {
  std::string region = "us-east-1";
  // Host names under which `bucket.<name>` addresses a bucket, besides path style.
  std::vector<std::string> virtual_host_domains = {"localhost"};
  store::LifecycleDay lifecycle_day;
  // Told of every request but health probes; must outlive the handler. Nobody where null.
  RequestObserver* observer = nullptr;
  // Origins whose pages may use all buckets that have no CORS configuration of their own; "*" for
  // any.
  std::vector<std::string> cors_origins;
  // How users are called who own something; see Owners.
  std::function<std::optional<std::string>(std::string_view canonical_id)> user_names;
  // Told what has been done to objects; must outlive the handler. Nobody where null.
  events::Notifier* notifier = nullptr;
  // Whether requests are welcome, as the readiness probes tell; always where null.
  std::function<bool()> ready;
};

// Answers the S3 protocol over the store. The references must outlive the handler.
std::unique_ptr<net::Handler> MakeS3Handler(const S3Options& options, store::ObjectStore& store,
                                            iam::CredentialStore& credentials,
                                            const base::Clock& clock, base::Logger& logger);

}  // namespace penstock::s3
