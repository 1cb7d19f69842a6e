// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "iam/principal.h"
#include "net/http.h"
#include "text/xml.h"

namespace penstock::sts {

inline constexpr std::string_view kXmlns = "https://sts.amazonaws.com/doc/2011-06-15/";

// The error codes of AWS's STS API ("Common errors", "Errors" of each action). Inside sts/ they
// travel as base::Error::reason().
namespace code {
inline constexpr std::string_view kAccessDenied = "AccessDenied";
inline constexpr std::string_view kExpiredIdentityToken = "ExpiredTokenException";
inline constexpr std::string_view kIncompleteSignature = "IncompleteSignature";
inline constexpr std::string_view kInternalFailure = "InternalFailure";
inline constexpr std::string_view kInvalidAction = "InvalidAction";
inline constexpr std::string_view kInvalidClientTokenId = "InvalidClientTokenId";
inline constexpr std::string_view kInvalidIdentityToken = "InvalidIdentityToken";
inline constexpr std::string_view kMalformedPolicy = "MalformedPolicyDocument";
inline constexpr std::string_view kMissingAuthentication = "MissingAuthenticationToken";
inline constexpr std::string_view kPolicyTooLarge = "PackedPolicyTooLarge";
inline constexpr std::string_view kProviderUnreachable = "IDPCommunicationError";
inline constexpr std::string_view kSignatureDoesNotMatch = "SignatureDoesNotMatch";
inline constexpr std::string_view kExpiredToken = "ExpiredToken";
inline constexpr std::string_view kValidation = "ValidationError";
}  // namespace code

// return Refuse(code::kValidation, "DurationSeconds must be …");
tl::unexpected<base::Error> Refuse(std::string_view wire_code, std::string message);

// The S3 code of s3::Authenticator as one of STS.
base::Error FromAuthenticator(const base::Error& error);
// Any other error (a reason of iam/, or an STS code already) as one of STS.
base::Error AsStsError(const base::Error& error);

// <Credentials> of a session.
void WriteCredentials(const iam::Principal& session, text::XmlWriter& xml);

// Closes <ActionResult>, adds the metadata and sends the document.
base::Status SendAnswer(text::XmlWriter& xml, const net::Request& request,
                        net::ResponseWriter& response);
base::Status SendError(const base::Error& error, const net::Request& request,
                       net::ResponseWriter& response);

}  // namespace penstock::sts
