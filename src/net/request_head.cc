// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <limits>

#include "base/encoding.h"
#include "net/http.h"
#include "net/http_syntax.h"

namespace penstock::net {
namespace {

using base::Code;
using base::Fail;
using base::Status;

constexpr size_t kMaxMethodBytes = 32;

// Reasons of errors that are not a plain 400; HeadErrorStatus knows their statuses.
constexpr std::string_view kTargetTooLong = "target_too_long";
constexpr std::string_view kTooManyFields = "too_many_fields";
constexpr std::string_view kUnknownTransferCoding = "unknown_transfer_coding";
constexpr std::string_view kUnsupportedVersion = "unsupported_version";

auto Bad(std::string message) { return Fail(Code::kInvalidArgument, std::move(message)); }
auto Bad(std::string_view reason, std::string message) {
  return Fail(Code::kInvalidArgument, reason, std::move(message));
}

// Takes one line off the bytes, without its CRLF.
base::Result<std::string_view> TakeLine(std::string_view& bytes) {
  size_t end = bytes.find('\n');
  if (end == std::string_view::npos) return Bad("the head does not end with an empty line");
  if (end == 0 || bytes[end - 1] != '\r') {
    return Bad("a line of the head ends with a line feed alone");
  }
  std::string_view line = bytes.substr(0, end - 1);
  bytes.remove_prefix(end + 1);
  return line;
}

Status ParseVersion(std::string_view text, RequestHead& head) {
  auto digit = [](char c) { return c >= '0' && c <= '9'; };
  bool well_formed = text.size() == 8 && text.substr(0, 5) == "HTTP/" && digit(text[5]) &&
                     text[6] == '.' && digit(text[7]);
  if (!well_formed) return Bad("the request line does not end with an HTTP version");
  if (text[5] != '1') {
    return Bad(kUnsupportedVersion, "this server speaks HTTP/1.1, not " + std::string(text));
  }
  head.minor_version = text[7] == '0' ? 0 : 1;
  return {};
}

bool IsTargetChar(char c) {
  auto byte = static_cast<uint8_t>(c);
  return byte > 0x20 && byte != 0x7f && byte != '#';
}

// Gives the authority of an absolute-form target and leaves the rest, which may lack the "/".
std::string_view TakeAuthority(std::string_view& target) {
  size_t scheme = target.find("://");
  std::string_view name = target.substr(0, std::min(scheme, target.size()));
  if (!base::EqualsIgnoreCase(name, "http") && !base::EqualsIgnoreCase(name, "https")) return {};
  target.remove_prefix(scheme + 3);
  size_t end = std::min(target.find_first_of("/?"), target.size());
  std::string_view authority = target.substr(0, end);
  target.remove_prefix(end);
  return authority;
}

Status ParseTarget(std::string_view target, std::string& authority, RequestHead& head) {
  if (target.size() > kMaxTargetBytes) {
    return Bad(kTargetTooLong,
               "the request target is longer than " + std::to_string(kMaxTargetBytes) + " bytes");
  }
  if (!std::all_of(target.begin(), target.end(), IsTargetChar)) {
    return Bad("the request target holds a character that must be percent-encoded");
  }
  if (target == "*" && head.method == "OPTIONS") {
    head.target = head.path = "*";
    return {};
  }
  if (target.empty() || target[0] != '/') {
    authority = TakeAuthority(target);
    if (authority.empty()) return Bad("the request target does not begin with a slash");
    head.target = target.empty() || target[0] == '?' ? "/" : "";
  }
  head.target += target;
  size_t question = head.target.find('?');
  head.path = head.target.substr(0, question);
  if (question != std::string::npos) head.query = head.target.substr(question + 1);
  return {};
}

Status ParseRequestLine(std::string_view line, std::string& authority, RequestHead& head) {
  size_t first = line.find(' ');
  size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return Bad("the request line is not METHOD TARGET VERSION");
  }
  std::string_view method = line.substr(0, first);
  if (!IsToken(method) || method.size() > kMaxMethodBytes) {
    return Bad("the request method is not a word");
  }
  PENSTOCK_RETURN_IF_ERROR(ParseVersion(line.substr(last + 1), head));
  head.method = method;
  return ParseTarget(line.substr(first + 1, last - first - 1), authority, head);
}

Status ParseFields(std::string_view& bytes, Headers& headers) {
  while (true) {
    PENSTOCK_TRY(std::string_view line, TakeLine(bytes));
    if (line.empty()) return {};
    if (headers.items().size() == kMaxHeaderFields) {
      return Bad(kTooManyFields, "the request has more than " + std::to_string(kMaxHeaderFields) +
                                     " header fields");
    }
    PENSTOCK_TRY(auto field, SplitFieldLine(line));
    headers.Add(field.first, field.second);
  }
}

bool IsHostChar(char c) {
  return IsTokenChar(c) || std::string_view(":[]();,=").find(c) != std::string_view::npos;
}

// RFC 9112 section 3.2: exactly one Host in HTTP/1.1, and a valid one.
Status CheckHost(const std::string& authority, RequestHead& head) {
  int hosts = 0;
  for (const auto& [name, value] : head.headers.items()) {
    if (!base::EqualsIgnoreCase(name, "host")) continue;
    ++hosts;
    if (!std::all_of(value.begin(), value.end(), IsHostChar)) {
      return Bad("the Host header is not a host name");
    }
  }
  if (hosts > 1) return Bad("the request has several Host headers");
  if (hosts == 0 && head.minor_version >= 1) return Bad("the request has no Host header");
  if (!authority.empty()) {
    if (!std::all_of(authority.begin(), authority.end(), IsHostChar)) {
      return Bad("the request target's authority is not a host name");
    }
    head.headers.Set("Host", authority);
  }
  return {};
}

Status ParseContentLength(std::string_view value, RequestHead& head) {
  if (head.content_length) return Bad("the request has several Content-Length headers");
  int64_t length = 0;
  bool digits = !value.empty() && std::all_of(value.begin(), value.end(),
                                              [](char c) { return c >= '0' && c <= '9'; });
  auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (!digits || error != std::errc() || end != value.data() + value.size()) {
    return Bad("the Content-Length header is not a number of bytes");
  }
  head.content_length = static_cast<uint64_t>(length);
  return {};
}

// RFC 9112 section 6.1. Only "chunked" alone is served; a chunked that is not the last coding, or
// twice, has no agreed meaning.
Status CheckTransferCodings(const std::vector<std::string_view>& codings, RequestHead& head) {
  if (head.minor_version == 0) return Bad("HTTP/1.0 has no Transfer-Encoding");
  if (head.content_length) return Bad("the request has both Content-Length and Transfer-Encoding");
  auto is_chunked = [](std::string_view c) { return base::EqualsIgnoreCase(c, "chunked"); };
  auto first = std::find_if(codings.begin(), codings.end(), is_chunked);
  if (codings.empty() || (first != codings.end() && first + 1 != codings.end())) {
    return Bad("the Transfer-Encoding header does not end with one chunked");
  }
  if (codings.size() > 1 || first == codings.end()) {
    return Bad(kUnknownTransferCoding, "the only Transfer-Encoding served is chunked");
  }
  head.chunked = true;
  return {};
}

void ApplyConnection(std::string_view value, bool& close, bool& keep) {
  for (std::string_view option : SplitList(value)) {
    close = close || base::EqualsIgnoreCase(option, "close");
    keep = keep || base::EqualsIgnoreCase(option, "keep-alive");
  }
}

// Draws from the header fields what the server itself acts upon.
Status InterpretFields(RequestHead& head) {
  std::vector<std::string_view> codings;
  bool has_transfer_encoding = false;
  bool close = false;
  bool keep = false;
  for (const auto& [name, value] : head.headers.items()) {
    if (base::EqualsIgnoreCase(name, "content-length")) {
      PENSTOCK_RETURN_IF_ERROR(ParseContentLength(value, head));
    } else if (base::EqualsIgnoreCase(name, "transfer-encoding")) {
      has_transfer_encoding = true;
      auto more = SplitList(value);
      codings.insert(codings.end(), more.begin(), more.end());
    } else if (base::EqualsIgnoreCase(name, "connection")) {
      ApplyConnection(value, close, keep);
    } else if (base::EqualsIgnoreCase(name, "expect") && head.minor_version >= 1) {
      // Other expectations are ignored, as RFC 9110 section 10.1.1 allows and other servers do.
      head.expect_continue = base::EqualsIgnoreCase(value, "100-continue");
    }
  }
  head.keep_alive = !close && (head.minor_version >= 1 || keep);
  if (has_transfer_encoding) return CheckTransferCodings(codings, head);
  return {};
}

}  // namespace

base::Result<RequestHead> ParseRequestHead(std::string_view bytes) {
  RequestHead head;
  std::string authority;
  PENSTOCK_TRY(std::string_view line, TakeLine(bytes));
  PENSTOCK_RETURN_IF_ERROR(ParseRequestLine(line, authority, head));
  PENSTOCK_RETURN_IF_ERROR(ParseFields(bytes, head.headers));
  if (!bytes.empty()) return Bad("bytes follow the empty line of the head");
  PENSTOCK_RETURN_IF_ERROR(CheckHost(authority, head));
  PENSTOCK_RETURN_IF_ERROR(InterpretFields(head));
  return head;
}

int HeadErrorStatus(const base::Error& error) {
  if (error.reason() == kTargetTooLong) return 414;
  if (error.reason() == kTooManyFields) return 431;
  if (error.reason() == kUnknownTransferCoding) return 501;
  if (error.reason() == kUnsupportedVersion) return 505;
  return 400;
}

}  // namespace penstock::net
