// SPDX-License-Identifier: Apache-2.0
#include "s3/s3_handler.h"

#include <optional>
#include <utility>

#include "s3/authenticator.h"
#include "s3/call.h"
#include "s3/error_codes.h"
#include "s3/error_response.h"
#include "s3/observed_request.h"
#include "s3/operation_table.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

// Puts on every response what all S3 responses have.
class StampedResponse final : public net::ResponseWriter {
 public:
  StampedResponse(net::ResponseWriter& response, const std::string& request_id)
      : response_(response), request_id_(request_id) {}

  Status Start(int status, const net::Headers& headers,
               std::optional<uint64_t> content_length) override {
    net::Headers stamped = headers;
    stamped.Set("Server", "Penstock");
    stamped.Set("x-amz-request-id", request_id_);
    stamped.Set("x-amz-id-2", kHostId);
    return response_.Start(status, stamped, content_length);
  }
  Status Write(std::string_view bytes) override { return response_.Write(bytes); }
  bool started() const override { return response_.started(); }
  void Abort() override { response_.Abort(); }

 private:
  net::ResponseWriter& response_;
  const std::string& request_id_;
};

// The probes that MinIO's users have set up; nothing is told but that the server answers.
bool IsHealthProbe(const net::RequestHead& head) {
  return (head.method == "GET" || head.method == "HEAD") &&
         (head.path == "/minio/health/live" || head.path == "/minio/health/ready");
}

class S3Handler final : public net::Handler {
 public:
  S3Handler(S3Options options, store::ObjectStore& store, iam::CredentialStore& credentials,
            const base::Clock& clock, base::Logger& logger)
      : options_(std::move(options)),
        store_(store),
        clock_(clock),
        logger_(logger),
        authenticator_(options_.region, credentials, clock) {}

  void Handle(net::Request& request, net::ResponseWriter& raw_response) override {
    if (IsHealthProbe(request.head)) {
      StampedResponse(raw_response, request.id).Send(200, {}, "");
      return;
    }
    ObservedRequest observed(options_.observer, clock_, request, raw_response);
    StampedResponse response(observed.response(), request.id);
    RequestAddress address;
    ErrorDetails details;
    Status status = Answer(request, response, address, observed, details);
    if (!status) {
      observed.SetError(ToWireError(status.error()).code);
      Fail(status.error(), address, std::move(details), request, response);
    }
  }

 private:
  Status Answer(net::Request& request, net::ResponseWriter& response, RequestAddress& address,
                ObservedRequest& observed, ErrorDetails& details) {
    PENSTOCK_TRY(address,
                 ParseRequestAddress(request.head.path, request.head.headers.GetOr("host", ""),
                                     options_.virtual_host_domains));
    auto query = text::Query::Parse(request.head.query);
    if (!query) return Refuse(code::kInvalidUri);
    observed.SetTarget(address.bucket, address.key, query->GetOr("versionId", ""));
    // A browser's preflight cannot be signed.
    if (request.head.method == "OPTIONS") return Refuse(code::kAccessForbidden);
    PENSTOCK_TRY(Identity identity, authenticator_.Authenticate(request.head, *query));
    observed.SetCaller(identity.authorization.access_key, iam::DisplayName(*identity.principal));
    PENSTOCK_TRY(Operation operation, FindOperation(request.head, address, *query));
    observed.SetOperation(operation.name);
    PENSTOCK_RETURN_IF_ERROR(
        CheckPermission(operation.permission, identity.principal->grant, address, *query));
    Call call{options_, store_, clock_, request, response, address, *query, identity, details};
    return operation.run(call);
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
};

}  // namespace

std::unique_ptr<net::Handler> MakeS3Handler(const S3Options& options, store::ObjectStore& store,
                                            iam::CredentialStore& credentials,
                                            const base::Clock& clock, base::Logger& logger) {
  return std::make_unique<S3Handler>(options, store, credentials, clock, logger);
}

}  // namespace penstock::s3
