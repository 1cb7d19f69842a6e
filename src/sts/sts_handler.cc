// SPDX-License-Identifier: Apache-2.0
#include "sts/sts_handler.h"

#include <utility>

#include "base/encoding.h"
#include "crypto/digest.h"
#include "iam/decision.h"
#include "s3/authenticator.h"
#include "s3/observed_request.h"
#include "sts/sts_answer.h"
#include "sts/sts_parameters.h"

namespace penstock::sts {
namespace {

using base::Result;
using base::Status;

constexpr size_t kMaxBodyBytes = 64 << 10;
constexpr std::string_view kService = "sts";

// "NAME:SESSION" for sessions, as AWS composes it.
std::string UserIdOf(const iam::Principal& who) {
  std::string name = who.user.empty() ? std::string(iam::kAccountId) : who.user;
  auto subject = who.claims.find("jwt:sub");
  if (subject != who.claims.end() && !subject->second.empty()) name = subject->second.front();
  if (who.session_arn.empty()) return name;
  return name + ":" + who.session_arn.substr(who.session_arn.rfind('/') + 1);
}

void WriteAssumedRole(const iam::Principal& session, text::XmlWriter& xml) {
  xml.Open("AssumedRoleUser")
      .Text("AssumedRoleId", UserIdOf(session))
      .Text("Arn", session.session_arn)
      .Close();
  WriteCredentials(session, xml);
}

class StsHandler final : public net::Handler {
 public:
  explicit StsHandler(const StsServices& services)
      : services_(services),
        // Clients name whatever region they have been given.
        authenticator_("", services.credentials, services.clock, std::string(kService)) {}

  void Handle(net::Request& request, net::ResponseWriter& raw_response) override {
    s3::ObservedRequest observed(services_.observer, services_.clock, request, raw_response);
    observed.SetApi("sts");
    net::ResponseWriter& response = observed.response();
    std::string action = "-";
    Status answered = Answer(request, observed, action);
    if (!answered && !response.started()) {
      base::Error wire = AsStsError(answered.error());
      observed.SetError(wire.reason());
      if (wire.reason() == code::kInternalFailure) {
        services_.logger.Error("sts request failed",
                               {{"id", request.id}, {"error", wire.message()}});
      }
      (void)SendError(wire, request, response);
    }
    services_.logger.Debug("sts request",
                           {{"id", request.id}, {"action", action}, {"peer", request.peer}});
  }

 private:
  Status Answer(net::Request& request, s3::ObservedRequest& observed, std::string& action) {
    PENSTOCK_TRY(std::string body, base::ReadAll(*request.body, kMaxBodyBytes));
    PENSTOCK_TRY(StsParameters parameters, StsParameters::Parse(body, request.head.query));
    action = parameters.Get("Action");
    text::XmlWriter xml;
    if (action == "AssumeRole") {
      observed.SetOperation("sts:AssumeRole");
      PENSTOCK_RETURN_IF_ERROR(AssumeRole(request, body, parameters, observed, xml));
    } else if (action == "AssumeRoleWithWebIdentity") {
      observed.SetOperation("sts:AssumeRoleWithWebIdentity");
      PENSTOCK_RETURN_IF_ERROR(AssumeRoleWithWebIdentity(parameters, observed, xml));
    } else if (action == "GetCallerIdentity") {
      observed.SetOperation("sts:GetCallerIdentity");
      PENSTOCK_RETURN_IF_ERROR(GetCallerIdentity(request, body, observed, xml));
    } else {
      return Refuse(code::kInvalidAction,
                    "the action must be AssumeRole, AssumeRoleWithWebIdentity or "
                    "GetCallerIdentity");
    }
    return SendAnswer(xml, request, observed.response());
  }

  Result<iam::PrincipalPtr> Authenticate(const net::Request& request, const std::string& body,
                                         s3::ObservedRequest& observed) {
    std::string digest = base::HexEncode(crypto::Sha256(body));
    PENSTOCK_TRY(text::Query query, text::Query::Parse(request.head.query));
    auto identity = authenticator_.Authenticate(request.head, query, digest);
    if (!identity) return base::Fail(FromAuthenticator(identity.error()));
    const s3::Authorization& signed_as = identity->authorization;
    observed.SetCaller(signed_as.access_key, iam::DisplayName(*identity->principal));
    if (signed_as.payload_kind != s3::PayloadKind::kLiteral ||
        !base::ConstantTimeEquals(signed_as.payload_sha256, digest)) {
      return Refuse(code::kSignatureDoesNotMatch, "the signature must cover the body");
    }
    return identity->principal;
  }

  Status AssumeRole(const net::Request& request, const std::string& body,
                    const StsParameters& parameters, s3::ObservedRequest& observed,
                    text::XmlWriter& xml) {
    PENSTOCK_TRY(iam::PrincipalPtr caller, Authenticate(request, body, observed));
    // Everybody may narrow himself, unless somebody said no.
    iam::MapContext context;
    if (iam::Decide(caller.get(), nullptr, {"sts:AssumeRole", "", context}) ==
        iam::Decision::kDenied) {
      return Refuse(code::kAccessDenied, "a policy denies sts:AssumeRole");
    }
    PENSTOCK_TRY(iam::Sessions::Request wanted, parameters.SessionRequest());
    PENSTOCK_TRY(iam::PrincipalPtr session, services_.sessions.Assume(*caller, wanted));
    observed.SetSubject("access_key " + session->key.access_key);
    xml.Open("AssumeRoleResponse", kXmlns).Open("AssumeRoleResult");
    WriteAssumedRole(*session, xml);
    return {};
  }

  Status AssumeRoleWithWebIdentity(const StsParameters& parameters, s3::ObservedRequest& observed,
                                   text::XmlWriter& xml) {
    if (services_.identity_provider == nullptr) {
      return Refuse(code::kInvalidIdentityToken,
                    "no identity provider is set up; start the server with --oidc-config-url");
    }
    std::string token = parameters.Get("WebIdentityToken");
    if (token.empty()) return Refuse(code::kValidation, "WebIdentityToken must be given");
    PENSTOCK_TRY(iam::Sessions::Request wanted, parameters.SessionRequest());
    PENSTOCK_TRY(iam::WebIdentity identity, services_.identity_provider->Verify(token));
    PENSTOCK_TRY(iam::PrincipalPtr session,
                 services_.sessions.AssumeWithWebIdentity(identity, wanted));
    observed.SetCaller("", identity.subject);
    observed.SetSubject("access_key " + session->key.access_key);
    xml.Open("AssumeRoleWithWebIdentityResponse", kXmlns).Open("AssumeRoleWithWebIdentityResult");
    xml.Text("SubjectFromWebIdentityToken", identity.subject)
        .Text("Audience", identity.audience)
        .Text("Provider", identity.issuer);
    WriteAssumedRole(*session, xml);
    return {};
  }

  Status GetCallerIdentity(const net::Request& request, const std::string& body,
                           s3::ObservedRequest& observed, text::XmlWriter& xml) {
    PENSTOCK_TRY(iam::PrincipalPtr caller, Authenticate(request, body, observed));
    xml.Open("GetCallerIdentityResponse", kXmlns)
        .Open("GetCallerIdentityResult")
        .Text("Arn", caller->session_arn.empty() ? caller->arn : caller->session_arn)
        .Text("UserId", UserIdOf(*caller))
        .Text("Account", iam::kAccountId);
    return {};
  }

  const StsServices services_;
  const s3::Authenticator authenticator_;
};

class StsOrS3Handler final : public net::Handler {
 public:
  StsOrS3Handler(net::Handler& sts, net::Handler& s3) : sts_(sts), s3_(s3) {}
  void Handle(net::Request& request, net::ResponseWriter& response) override {
    (IsStsRequest(request.head) ? sts_ : s3_).Handle(request, response);
  }

 private:
  net::Handler& sts_;
  net::Handler& s3_;
};

}  // namespace

bool IsStsRequest(const net::RequestHead& head) {
  if (head.method != "POST" || head.path != "/") return false;
  constexpr std::string_view kForm = "application/x-www-form-urlencoded";
  std::string type = base::ToLower(head.headers.GetOr("content-type", ""));
  return type.starts_with(kForm) || head.query.starts_with("Action=") ||
         head.query.find("&Action=") != std::string::npos;
}

std::unique_ptr<net::Handler> MakeStsHandler(const StsServices& services) {
  return std::make_unique<StsHandler>(services);
}

std::unique_ptr<net::Handler> MakeStsOrS3Handler(net::Handler& sts, net::Handler& s3) {
  return std::make_unique<StsOrS3Handler>(sts, s3);
}

}  // namespace penstock::sts
