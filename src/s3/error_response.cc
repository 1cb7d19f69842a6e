// SPDX-License-Identifier: Apache-2.0
#include "s3/error_response.h"

#include "s3/error_codes.h"
#include "text/xml.h"

namespace penstock::s3 {

std::string ErrorDocument(const WireError& error, const ErrorPlace& place,
                          std::string_view resource, std::string_view request_id) {
  text::XmlWriter xml;
  xml.Open("Error").Text("Code", error.code).Text("Message", error.message);
  if (!place.key.empty()) xml.Text("Key", place.key);
  if (!place.bucket.empty()) xml.Text("BucketName", place.bucket);
  if (error.code == code::kAuthorizationHeaderMalformed && !place.region.empty()) {
    xml.Text("Region", place.region);
  }
  xml.Text("Resource", resource).Text("RequestId", request_id).Text("HostId", kHostId);
  return xml.Finish();
}

base::Status SendError(const base::Error& error, const ErrorPlace& place,
                       const net::Request& request, net::ResponseWriter& response,
                       net::Headers headers) {
  WireError wire = ToWireError(error);
  // Clients of HEAD see neither code nor message otherwise, since there is no body.
  if (request.head.method == "HEAD") {
    headers.Add("x-minio-error-code", wire.code);
    return response.Send(wire.status, std::move(headers), "");
  }
  headers.Add("Content-Type", "application/xml");
  return response.Send(wire.status, std::move(headers),
                       ErrorDocument(wire, place, request.head.path, request.id));
}

}  // namespace penstock::s3
