// SPDX-License-Identifier: Apache-2.0
#include "sts/sts_answer.h"

#include <utility>

#include "iam/oidc_provider.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::sts {
namespace {

using base::Code;

struct CodeEntry {
  std::string_view code;
  int status;
};
constexpr CodeEntry kStatuses[] = {
    {code::kAccessDenied, 403},          {code::kExpiredIdentityToken, 400},
    {code::kExpiredToken, 403},          {code::kIncompleteSignature, 400},
    {code::kInternalFailure, 500},       {code::kInvalidAction, 400},
    {code::kInvalidClientTokenId, 403},  {code::kInvalidIdentityToken, 400},
    {code::kMalformedPolicy, 400},       {code::kMissingAuthentication, 403},
    {code::kPolicyTooLarge, 400},        {code::kProviderUnreachable, 400},
    {code::kSignatureDoesNotMatch, 403}, {code::kValidation, 400},
};

using Translation = std::pair<std::string_view, std::string_view>;

constexpr Translation kOfAuthenticator[] = {
    {s3::code::kAccessDenied, code::kMissingAuthentication},
    {s3::code::kExpiredToken, code::kExpiredToken},
    {s3::code::kInvalidAccessKeyId, code::kInvalidClientTokenId},
    {s3::code::kInvalidToken, code::kInvalidClientTokenId},
    {s3::code::kRequestTimeTooSkewed, code::kSignatureDoesNotMatch},
    {s3::code::kSignatureDoesNotMatch, code::kSignatureDoesNotMatch},
};

constexpr Translation kOfIam[] = {
    {iam::kBadIdentityToken, code::kInvalidIdentityToken},
    {iam::kExpiredIdentityToken, code::kExpiredIdentityToken},
    {iam::kProviderUnreachable, code::kProviderUnreachable},
    {iam::kNoPolicyClaim, code::kAccessDenied},
};

int StatusOf(std::string_view wire_code) {
  for (const CodeEntry& entry : kStatuses) {
    if (entry.code == wire_code) return entry.status;
  }
  return 0;
}

}  // namespace

tl::unexpected<base::Error> Refuse(std::string_view wire_code, std::string message) {
  return base::Fail(Code::kInvalidArgument, wire_code, std::move(message));
}

base::Error FromAuthenticator(const base::Error& error) {
  // The authenticator leaves out what S3's table of messages has.
  std::string message = error.message().empty() ? s3::ToWireError(error).message : error.message();
  for (const auto& [theirs, ours] : kOfAuthenticator) {
    if (error.reason() == theirs) return Refuse(ours, std::move(message)).value();
  }
  return Refuse(code::kIncompleteSignature, std::move(message)).value();
}

base::Error AsStsError(const base::Error& error) {
  if (StatusOf(error.reason()) != 0) return error;
  for (const auto& [theirs, ours] : kOfIam) {
    if (error.reason() == theirs) return Refuse(ours, error.message()).value();
  }
  if (error.code() == Code::kPermissionDenied) {
    return Refuse(code::kAccessDenied, error.message()).value();
  }
  if (error.code() == Code::kInvalidArgument || error.code() == Code::kResourceExhausted) {
    return Refuse(code::kValidation, error.message()).value();
  }
  return Refuse(code::kInternalFailure, error.message()).value();
}

void WriteCredentials(const iam::Principal& session, text::XmlWriter& xml) {
  xml.Open("Credentials")
      .Text("AccessKeyId", session.key.access_key)
      .Text("SecretAccessKey", session.key.secret_key)
      .Text("SessionToken", session.session_token)
      .Text("Expiration", base::FormatIso8601Millis(*session.expires_at))
      .Close();
}

base::Status SendAnswer(text::XmlWriter& xml, const net::Request& request,
                        net::ResponseWriter& response) {
  xml.Close().Open("ResponseMetadata").Text("RequestId", request.id).Close();
  net::Headers headers;
  headers.Set("Content-Type", "text/xml");
  headers.Set("Cache-Control", "no-store");
  headers.Set("x-amzn-RequestId", request.id);
  return response.Send(200, std::move(headers), xml.Finish());
}

base::Status SendError(const base::Error& error, const net::Request& request,
                       net::ResponseWriter& response) {
  base::Error wire = AsStsError(error);
  int status = StatusOf(wire.reason());
  text::XmlWriter xml;
  xml.Open("ErrorResponse", kXmlns)
      .Open("Error")
      .Text("Type", status < 500 ? "Sender" : "Receiver")
      .Text("Code", wire.reason())
      .Text("Message", wire.message())
      .Close()
      .Text("RequestId", request.id);
  net::Headers headers;
  headers.Set("Content-Type", "text/xml");
  headers.Set("x-amzn-RequestId", request.id);
  return response.Send(status, std::move(headers), xml.Finish());
}

}  // namespace penstock::sts
