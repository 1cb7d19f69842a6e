// SPDX-License-Identifier: Apache-2.0
#include "net/http.h"

#include <utility>

namespace penstock::net {
namespace {

// RFC 9110 section 15, RFC 6585, RFC 4918. Those that are sent most come first.
constexpr std::pair<int, std::string_view> kReasonPhrases[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {499, "Client Closed Request"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

}  // namespace

base::Status ResponseWriter::Send(int status, Headers headers, std::string_view body) {
  PENSTOCK_RETURN_IF_ERROR(Start(status, headers, body.size()));
  return Write(body);
}

std::string_view ReasonPhrase(int status) {
  for (const auto& [number, phrase] : kReasonPhrases) {
    if (number == status) return phrase;
  }
  return "";
}

}  // namespace penstock::net
