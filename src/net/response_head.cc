// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.h"
#include "net/http_syntax.h"

namespace penstock::net {
namespace {

using base::Code;
using base::Fail;

// Takes one line off the bytes, without its CRLF.
base::Result<std::string_view> TakeLine(std::string_view& bytes) {
  size_t end = bytes.find("\r\n");
  if (end == std::string_view::npos) {
    return Fail(Code::kDataLoss, "the response's head does not end with an empty line");
  }
  std::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(end + 2);
  return line;
}

// "HTTP/1.1 200 OK"; the phrase may be missing, as may its space (RFC 9112 section 4).
base::Result<int> ParseStatusLine(std::string_view line) {
  auto digit = [&](size_t i) { return line[i] >= '0' && line[i] <= '9'; };
  bool well_formed = line.size() >= 12 && line.starts_with("HTTP/1.") && digit(7) &&
                     line[8] == ' ' && digit(9) && digit(10) && digit(11) &&
                     (line.size() == 12 || line[12] == ' ');
  int status = well_formed ? (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0') : 0;
  if (status < 100) return Fail(Code::kDataLoss, "the response is not HTTP/1.1");
  return status;
}

}  // namespace

base::Result<ClientResponse> ParseResponseHead(std::string_view bytes) {
  ClientResponse response;
  PENSTOCK_TRY(std::string_view status_line, TakeLine(bytes));
  PENSTOCK_TRY(response.status, ParseStatusLine(status_line));
  while (true) {
    PENSTOCK_TRY(std::string_view line, TakeLine(bytes));
    if (line.empty()) break;
    auto field = SplitFieldLine(line);
    if (!field) return Fail(Code::kDataLoss, "in the response, " + field.error().message());
    response.headers.Add(field->first, field->second);
  }
  if (!bytes.empty()) return Fail(Code::kDataLoss, "bytes follow the head of the response");
  return response;
}

}  // namespace penstock::net
