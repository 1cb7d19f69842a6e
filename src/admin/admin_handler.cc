// SPDX-License-Identifier: Apache-2.0
#include "admin/admin_handler.h"

#include <utility>

#include "admin/errors.h"
#include "admin/routes.h"
#include "base/encoding.h"
#include "crypto/digest.h"
#include "iam/caller_context.h"
#include "iam/decision.h"
#include "s3/observed_request.h"

namespace penstock::admin {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr size_t kMaxBodyBytes = size_t{1} << 20;

constexpr std::string_view kArnPrefix = "arn:aws:s3:::";

// What policies may ask about an administrative request.
iam::MapContext ContextOf(const net::Request& request, base::Time now) {
  return iam::CallerContext(request.peer, request.tls, request.head.headers.GetOr("user-agent", ""),
                            now);
}

// Begins the answer with the first line.
class LineSink final : public base::ByteSink {
 public:
  LineSink(net::ResponseWriter& response, net::Headers headers)
      : response_(response), headers_(std::move(headers)) {
    headers_.Set("Content-Type", "application/x-ndjson");
  }
  base::Status Write(std::string_view bytes) override {
    if (!response_.started()) {
      PENSTOCK_RETURN_IF_ERROR(response_.Start(200, headers_, std::nullopt));
    }
    return response_.Write(bytes);
  }

 private:
  net::ResponseWriter& response_;
  net::Headers headers_;
};

class AdminHandler final : public net::Handler {
 public:
  AdminHandler(Services services, s3::RequestObserver* observer)
      : services_(std::move(services)),
        observer_(observer),
        // The region says nothing here: there is one server.
        authenticator_("", services_.credentials, services_.clock, std::string(kService)) {}

  void Handle(net::Request& request, net::ResponseWriter& raw_response) override {
    s3::ObservedRequest observed(observer_, services_.clock, request, raw_response);
    observed.SetApi("admin");
    net::ResponseWriter& response = observed.response();
    net::Headers headers;
    headers.Set("Content-Type", "application/json");
    headers.Set("Cache-Control", "no-store");
    headers.Set("Server", "Penstock");
    headers.Set("x-amz-request-id", request.id);
    LineSink lines(response, headers);
    auto answer = Answer(request, observed, lines);
    if (response.started()) {
      if (!answer) response.Abort();
      return;
    }
    if (answer) {
      response.Send(200, std::move(headers), text::FormatJson(*answer) + "\n");
      return;
    }
    WireError error = ToWireError(answer.error());
    observed.SetError(error.code);
    if (error.status == 500) LogFailure(request, answer.error());
    response.Send(error.status, std::move(headers), ErrorBody(error));
  }

 private:
  // The answer; a null one where it has gone to the lines.
  Result<text::Json> Answer(net::Request& request, s3::ObservedRequest& observed, LineSink& lines) {
    PENSTOCK_TRY(text::Query query, text::Query::Parse(request.head.query));
    PENSTOCK_TRY(s3::Identity identity, authenticator_.Authenticate(request.head, query));
    observed.SetCaller(identity.authorization.access_key, iam::DisplayName(*identity.principal));
    PENSTOCK_TRY(RouteMatch match, FindRoute(request.head.method, request.head.path));
    Note(match, observed);
    PENSTOCK_RETURN_IF_ERROR(CheckPermission(identity, request, match));
    PENSTOCK_TRY(text::Json body, ReadBody(request, identity.authorization));
    s3::EventActor actor{identity.principal->canonical_id, s3::WithoutPort(request.peer),
                         request.head.headers.GetOr("user-agent", ""), request.id};
    Call call{services_,        identity,       std::move(actor), std::move(match.params),
              std::move(query), std::move(body)};
    if (match.route->stream == nullptr) return match.route->action(call);
    PENSTOCK_RETURN_IF_ERROR(match.route->stream(call, lines));
    return text::Json();
  }

  Status CheckPermission(const s3::Identity& identity, const net::Request& request,
                         const RouteMatch& match) const {
    if (match.route->permission.empty()) return {};
    auto bucket = match.params.find("bucket");
    std::string resource =
        bucket == match.params.end() ? "" : std::string(kArnPrefix) + bucket->second;
    iam::MapContext context = ContextOf(request, services_.clock.Now());
    iam::AccessRequest wanted{match.route->permission, resource, context};
    if (iam::Decide(identity.principal.get(), nullptr, wanted) == iam::Decision::kAllowed) {
      return {};
    }
    return Fail(Code::kPermissionDenied, "access_denied",
                identity.authorization.access_key + " is not allowed " +
                    std::string(match.route->permission) +
                    (resource.empty() ? "" : " on " + resource));
  }

  // For the logs: what is asked for, and about whom.
  static void Note(const RouteMatch& match, s3::ObservedRequest& observed) {
    const Route& route = *match.route;
    observed.SetOperation(route.permission.empty() ? route.pattern : route.permission);
    for (const auto& [name, value] : match.params) {
      if (name == "bucket") {
        observed.SetTarget(value, "", "");
      } else {
        observed.SetSubject(name + " " + value);
      }
    }
  }

  // The body is covered by the signature, whatever lies between the client and us.
  static Result<text::Json> ReadBody(net::Request& request, const s3::Authorization& signed_as) {
    PENSTOCK_TRY(std::string body, base::ReadAll(*request.body, kMaxBodyBytes));
    if (signed_as.payload_kind != s3::PayloadKind::kLiteral ||
        !base::ConstantTimeEquals(base::HexEncode(crypto::Sha256(body)),
                                  signed_as.payload_sha256)) {
      return Fail(Code::kInvalidArgument, "payload_not_signed",
                  "x-amz-content-sha256 must be the SHA-256 of the body");
    }
    if (body.empty()) return text::Json(text::Json::Object{});
    auto json = text::ParseJson(body, {.max_depth = 50, .max_bytes = kMaxBodyBytes});
    if (!json) return Fail(std::move(json.error()).Wrap("the body is not JSON"));
    if (!json->is_object()) return Fail(Code::kInvalidArgument, "the body must be a JSON object");
    return json;
  }

  void LogFailure(const net::Request& request, const base::Error& error) {
    services_.logger.Error("admin request failed", {{"id", request.id},
                                                    {"method", request.head.method},
                                                    {"path", request.head.path},
                                                    {"kind", base::CodeName(error.code())},
                                                    {"error", error.message()}});
  }

  const Services services_;
  s3::RequestObserver* const observer_;
  const s3::Authenticator authenticator_;
};

}  // namespace

bool IsAdminRequest(const net::RequestHead& head) {
  if (!head.path.starts_with(kPathPrefix) || !head.path.substr(kPathPrefix.size()).starts_with('/'))
    return false;
  const std::string* authorization = head.headers.Find("authorization");
  std::string scope_end = "/" + std::string(kService) + "/aws4_request";
  return authorization != nullptr && authorization->find(scope_end) != std::string::npos;
}

std::unique_ptr<net::Handler> MakeAdminHandler(Services services, s3::RequestObserver* observer) {
  return std::make_unique<AdminHandler>(std::move(services), observer);
}

}  // namespace penstock::admin
