// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/log.h"
#include "net/http.h"
#include "s3/access/gate.h"
#include "s3/access/owners.h"
#include "s3/authenticator.h"
#include "s3/error_response.h"
#include "s3/request_address.h"
#include "s3/s3_handler.h"
#include "store/object_store.h"
#include "text/url.h"
#include "text/xml.h"

namespace penstock::s3 {

inline constexpr std::string_view kXmlns = "http://s3.amazonaws.com/doc/2006-03-01/";

// A request, from a known sender or an anonymous one, on its way through one operation.
struct Call {
  const S3Options& options;
  store::ObjectStore& store;
  const base::Clock& clock;
  net::Request& request;
  net::ResponseWriter& response;
  const RequestAddress& address;
  const text::Query& query;
  const Identity& identity;
  ErrorDetails& error_details;  // goes with the error that the operation returns
  Gate& gate;                   // what the caller may do
  const Owners& owners;

  const net::Headers& headers() const { return request.head.headers; }
  const std::string& bucket() const { return address.bucket; }
  const std::string& key() const { return address.key; }
};

base::Status SendEmpty(Call& call, int status, const net::Headers& headers = {});
base::Status SendXml(Call& call, text::XmlWriter& xml, net::Headers headers = {});
base::Status SendXmlText(Call& call, std::string document, net::Headers headers = {});

// A query parameter that is a number from `least` to `most`; larger ones count as `most`.
// InvalidArgument where it is no number or smaller.
base::Result<int> NumberParameter(const text::Query& query, std::string_view name, int fallback,
                                  int least, int most);

// ?versionId; empty where none is named.
std::string VersionIdOf(const text::Query& query);

// What is known of the version that a request names, or the newest; not its bytes. A delete marker
// is an error: NoSuchKey, or MethodNotAllowed where it was named.
base::Result<store::ObjectInfo> FindVersion(Call& call);

// Says with the error whether a delete marker is what stands in the way of a read that failed, and
// gives the error back.
base::Error ExplainMissing(Call& call, base::Error error);

// Puts x-amz-version-id on the answer to a write: where the bucket keeps versions.
void AddWrittenVersion(std::string_view version_id, net::Headers& headers);

}  // namespace penstock::s3
