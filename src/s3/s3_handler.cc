// SPDX-License-Identifier: Apache-2.0
#include "s3/s3_handler.h"

#include <memory>
#include <optional>
#include <utility>

#include "base/encoding.h"
#include "s3/access/bucket_rules.h"
#include "s3/access/permission.h"
#include "s3/authenticator.h"
#include "s3/call.h"
#include "s3/cors/cors_headers.h"
#include "s3/error_codes.h"
#include "s3/error_response.h"
#include "s3/observed_request.h"
#include "s3/operation_table.h"
#include "s3/post/browser_upload.h"
#include "s3/stamped_response.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

// The probes that MinIO's users have set up; nothing is told but whether the server answers, and
// whether requests are welcome: 0 where this is no probe, else the status.
int HealthStatus(const net::RequestHead& head, const S3Options& options) {
  if (head.method != "GET" && head.method != "HEAD") return 0;
  if (head.path == "/minio/health/live") return 200;
  if (head.path != "/minio/health/ready" && head.path != "/minio/health/cluster") return 0;
  return options.ready == nullptr || options.ready() ? 200 : 503;
}

// Some clients put headers of a presigned request into its query, where the signature covers them.
void TakeHeadersFromQuery(const text::Query& query, bool version2, net::Headers& headers) {
  for (std::string_view name : {"content-type", "content-md5"}) {
    const std::string* value = version2 ? query.Find(name) : nullptr;
    if (value != nullptr && !headers.Has(name)) headers.Add(name, *value);
  }
  for (const auto& [name, value] : query.items()) {
    std::string lower = base::ToLower(name);
    // A signature of version 2 covers such parameters in lower case only.
    bool covered = version2 ? name == lower : !name.starts_with("X-Amz-");
    if (covered && lower.starts_with("x-amz-") && !headers.Has(lower)) {
      headers.Add(lower, value);
    }
  }
}

constexpr Operation kPostObject{"PostObject", "s3:PutObject", nullptr};

class S3Handler final : public net::Handler {
 public:
  S3Handler(S3Options options, store::ObjectStore& store, iam::CredentialStore& credentials,
            const base::Clock& clock, base::Logger& logger)
      : options_(std::move(options)),
        store_(store),
        clock_(clock),
        logger_(logger),
        authenticator_(options_.region, credentials, clock),
        owners_(options_.user_names) {
    if (!options_.cors_origins.empty()) {
      open_cors_ = std::make_shared<const CorsRules>(OpenCorsRules(options_.cors_origins));
    }
  }

  void Handle(net::Request& request, net::ResponseWriter& raw_response) override {
    if (int health = HealthStatus(request.head, options_)) {
      StampedResponse(raw_response, request).Send(health, {}, "");
      return;
    }
    ObservedRequest observed(options_.observer, clock_, request, raw_response);
    StampedResponse response(observed.response(), request);
    RequestAddress address;
    ErrorDetails details;
    Status status = Answer(request, response, address, observed, details);
    if (!status) {
      observed.SetError(ToWireError(status.error()).code);
      Fail(status.error(), address, std::move(details), request, response);
    }
  }

 private:
  Status Answer(net::Request& request, StampedResponse& response, RequestAddress& address,
                ObservedRequest& observed, ErrorDetails& details) {
    PENSTOCK_TRY(address,
                 ParseRequestAddress(request.head.path, request.head.headers.GetOr("host", ""),
                                     options_.virtual_host_domains));
    auto query = text::Query::Parse(request.head.query);
    if (!query) return Refuse(code::kInvalidUri);
    observed.SetTarget(address.bucket, address.key, query->GetOr("versionId", ""));
    // A browser's preflight cannot be signed.
    if (request.head.method == "OPTIONS") return SendPreflight(request, response, address);
    if (request.head.headers.Has("origin")) response.SetCors(CorsOf(address.bucket));
    if (IsBrowserUpload(request.head, address, *query)) {
      observed.SetOperation(kPostObject.name);
      return TakeUpload(request, response, address, *query, observed, details);
    }
    PENSTOCK_TRY(Identity identity, Identify(request, address, *query));
    SetCaller(identity, observed);
    PENSTOCK_TRY(Operation operation, FindOperation(request.head, address, *query));
    observed.SetOperation(operation.name);
    Gate gate(store_, rules_, request, *query, identity, clock_.Now());
    Call call{options_, store_,   clock_,  request, response, address,
              *query,   identity, details, gate,    owners_};
    PENSTOCK_RETURN_IF_ERROR(CheckPermission(operation, call));
    Status done = operation.run(call);
    if (done || response.started()) return done;
    return base::Fail(HideMissing(operation, call, std::move(done).error()));
  }

  static void SetCaller(const Identity& identity, ObservedRequest& observed) {
    if (identity.principal == nullptr) return;
    observed.SetCaller(identity.authorization.access_key, iam::DisplayName(*identity.principal));
  }

  Result<Identity> Identify(net::Request& request, const RequestAddress& address,
                            const text::Query& query) const {
    if (!IsSigned(request.head, query)) {
      PENSTOCK_TRY(Authorization authorization, ParseAnonymous(request.head));
      return Identity{nullptr, std::move(authorization), ""};
    }
    std::string_view host_bucket = address.bucket_in_host ? address.bucket : std::string_view();
    PENSTOCK_TRY(Identity identity,
                 authenticator_.Authenticate(request.head, query, "", host_bucket));
    const Authorization& how = identity.authorization;
    if (how.presigned) TakeHeadersFromQuery(query, how.version2, request.head.headers);
    return identity;
  }

  // A browser's form has its signature within, and becomes a request of another shape.
  Status TakeUpload(net::Request& request, StampedResponse& response, RequestAddress& address,
                    const text::Query& query, ObservedRequest& observed, ErrorDetails& details) {
    PENSTOCK_TRY(auto upload,
                 BrowserUpload::Open(request, address.bucket, authenticator_, clock_.Now()));
    address = upload->address();
    observed.SetTarget(address.bucket, address.key, "");
    SetCaller(upload->identity(), observed);
    Gate gate(store_, rules_, upload->request(), query, upload->identity(), clock_.Now());
    Call call{options_, store_,  clock_, upload->request(),
              response, address, query,  upload->identity(),
              details,  gate,    owners_};
    PENSTOCK_RETURN_IF_ERROR(CheckPermission(kPostObject, call));
    return upload->Run(call);
  }

  Status SendPreflight(const net::Request& request, StampedResponse& response,
                       const RequestAddress& address) {
    auto rules = CorsOf(address.bucket);
    PENSTOCK_TRY(net::Headers headers, AnswerPreflight(rules.get(), request.head));
    return response.Send(200, std::move(headers), "");
  }

  // The bucket's own rules, or else the server's; null where there are none.
  std::shared_ptr<const CorsRules> CorsOf(const std::string& bucket) {
    if (bucket.empty()) return open_cors_;
    auto info = store_.GetBucket(bucket);
    if (!info) return open_cors_;
    auto rules = rules_.Get(**info);
    return rules && (*rules)->cors != nullptr ? (*rules)->cors : open_cors_;
  }

  // An error is a document while nothing has been said yet; later, all that is left is to break
  // off, so that the client does not take half an answer for a whole one.
  void Fail(const base::Error& error, const RequestAddress& address, ErrorDetails details,
            const net::Request& request, net::ResponseWriter& response) {
    Log(error, request);
    if (!response.started()) {
      Status sent = SendError(error, {address.bucket, address.key, options_.region}, request,
                              response, std::move(details));
      if (sent || response.started()) return;
    }
    response.Abort();
  }

  void Log(const base::Error& error, const net::Request& request) {
    WireError wire = ToWireError(error);
    if (wire.status != 500 && wire.status != 507) return;
    logger_.Error("s3 request failed", {{"id", request.id},
                                        {"method", request.head.method},
                                        {"path", request.head.path},
                                        {"kind", base::CodeName(error.code())},
                                        {"error", error.message()}});
  }

  const S3Options options_;
  store::ObjectStore& store_;
  const base::Clock& clock_;
  base::Logger& logger_;
  const Authenticator authenticator_;
  const Owners owners_;
  BucketRulesCache rules_;
  std::shared_ptr<const CorsRules> open_cors_;  // null where the server allows no origin of its own
};

}  // namespace

std::unique_ptr<net::Handler> MakeS3Handler(const S3Options& options, store::ObjectStore& store,
                                            iam::CredentialStore& credentials,
                                            const base::Clock& clock, base::Logger& logger) {
  return std::make_unique<S3Handler>(options, store, credentials, clock, logger);
}

}  // namespace penstock::s3
