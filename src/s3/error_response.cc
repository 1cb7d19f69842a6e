// SPDX-License-Identifier: Apache-2.0
#include "s3/error_response.h"

#include "s3/error_codes.h"
#include "text/xml.h"

namespace penstock::s3 {

std::string ErrorDocument(const WireError& error, const ErrorPlace& place,
                          const ErrorDetails& details, std::string_view resource,
                          std::string_view request_id) {
  text::XmlWriter xml;
  xml.Open("Error").Text("Code", error.code).Text("Message", error.message);
  if (!place.key.empty()) xml.Text("Key", place.key);
  if (!place.bucket.empty()) xml.Text("BucketName", place.bucket);
  if (error.code == code::kAuthorizationHeaderMalformed && !place.region.empty()) {
    xml.Text("Region", place.region);
  }
  for (const auto& [name, value] : details.fields) xml.Text(name, value);
  xml.Text("Resource", resource).Text("RequestId", request_id).Text("HostId", kHostId);
  return xml.Finish();
}

namespace {

// Which condition of a request did not hold; where there are several, the one that is looked at
// first.
std::string_view FailedCondition(const net::Headers& headers) {
  constexpr std::string_view kConditions[] = {"x-amz-copy-source-If-Match",
                                              "x-amz-copy-source-If-Unmodified-Since",
                                              "x-amz-copy-source-If-None-Match",
                                              "x-amz-copy-source-If-Modified-Since",
                                              "If-Match",
                                              "If-Unmodified-Since",
                                              "If-None-Match",
                                              "x-amz-if-match-size",
                                              "x-amz-if-match-last-modified-time"};
  for (std::string_view name : kConditions) {
    if (headers.Has(name)) return name;
  }
  return {};
}

}  // namespace

base::Status SendError(const base::Error& error, const ErrorPlace& place,
                       const net::Request& request, net::ResponseWriter& response,
                       ErrorDetails details) {
  WireError wire = ToWireError(error);
  // Clients of HEAD see neither code nor message otherwise, since there is no body.
  if (request.head.method == "HEAD") {
    details.headers.Add("x-minio-error-code", wire.code);
    return response.Send(wire.status, std::move(details.headers), "");
  }
  details.headers.Add("Content-Type", "application/xml");
  if (wire.code == code::kPreconditionFailed) {
    std::string_view condition = FailedCondition(request.head.headers);
    if (!condition.empty()) details.fields.emplace_back("Condition", condition);
  }
  return response.Send(wire.status, std::move(details.headers),
                       ErrorDocument(wire, place, details, request.head.path, request.id));
}

}  // namespace penstock::s3
