// SPDX-License-Identifier: Apache-2.0
// Reads a request line ("METHOD /path?query"), then header lines, as an S3 request to be proven.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "s3/authorization.h"
#include "s3/request_address.h"
#include "s3/sigv2.h"
#include "s3/sigv4.h"

namespace {

using penstock::net::RequestHead;

std::string_view TakeLine(std::string_view& text) {
  size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return line;
}

RequestHead ReadHead(std::string_view text) {
  RequestHead head;
  std::string_view line = TakeLine(text);
  size_t space = line.find(' ');
  head.method = line.substr(0, space);
  head.target = space == std::string_view::npos ? "/" : line.substr(space + 1);
  size_t question = head.target.find('?');
  head.path = head.target.substr(0, question);
  if (question != std::string::npos) head.query = head.target.substr(question + 1);
  while (!text.empty()) {
    line = TakeLine(text);
    size_t colon = line.find(':');
    if (colon != std::string_view::npos) {
      head.headers.Add(line.substr(0, colon), line.substr(colon + 1));
    }
  }
  return head;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace s3 = penstock::s3;
  RequestHead head = ReadHead({reinterpret_cast<const char*>(data), size});
  (void)s3::ParseRequestAddress(head.path, head.headers.GetOr("host", ""), {"localhost"});
  // What is canonical stays so.
  auto path = s3::CanonicalPath(head.path);
  if (path) PENSTOCK_CHECK(s3::CanonicalPath(*path) == *path);
  auto query = penstock::text::Query::Parse(head.query);
  if (!query) return 0;
  std::string canonical_query = s3::CanonicalQuery(*query);
  auto again = penstock::text::Query::Parse(canonical_query);
  PENSTOCK_CHECK(again && s3::CanonicalQuery(*again) == canonical_query);
  auto authorization = s3::ParseAuthorization(head, *query);
  if (!authorization) return 0;
  if (authorization->version2) {
    PENSTOCK_CHECK(!s3::Version2Proves("secret", head, *query, *authorization, "bucket"));
    return 0;
  }
  auto canonical = s3::CanonicalRequest(head, *query, authorization->signed_headers,
                                        authorization->payload_hash);
  if (!canonical) return 0;
  std::string signature =
      s3::Signature(s3::SigningKey("secret", authorization->scope),
                    s3::StringToSign(authorization->amz_date, authorization->scope, *canonical));
  PENSTOCK_CHECK(signature.size() == 64);
  return 0;
}
