// SPDX-License-Identifier: Apache-2.0
#include "text/url.h"

#include <algorithm>
#include <charconv>

#include "base/encoding.h"

namespace penstock::text {
namespace {

using base::Code;
using base::Fail;
using base::Result;

bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// RFC 3986 section 2.3.
bool IsUnreserved(char c) {
  return IsAlpha(c) || IsDigit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsScheme(std::string_view text) {
  auto allowed = [](char c) {
    return IsAlpha(c) || IsDigit(c) || c == '+' || c == '-' || c == '.';
  };
  return !text.empty() && IsAlpha(text[0]) && std::all_of(text.begin(), text.end(), allowed);
}

bool IsHost(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsUnreserved);
}

// What may stand between the brackets of an IPv6 address; the resolver judges the rest.
bool IsBracketedHost(std::string_view text) {
  auto allowed = [](char c) { return HexValue(c) >= 0 || c == ':' || c == '.'; };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

// Takes "host", "host:port", "[v6]" or "[v6]:port" apart.
base::Status ParseAuthority(std::string_view text, Url& url) {
  std::string_view host;
  std::string_view port;
  if (!text.empty() && text[0] == '[') {
    size_t close = text.find(']');
    if (close == std::string_view::npos) return Fail(Code::kInvalidArgument, "URL: no ']'");
    host = text.substr(1, close - 1);
    std::string_view rest = text.substr(close + 1);
    if (!rest.empty() && rest[0] != ':') {
      return Fail(Code::kInvalidArgument, "URL: ':' and a port expected behind ']'");
    }
    if (!rest.empty()) port = rest.substr(1);
    if (!IsBracketedHost(host)) return Fail(Code::kInvalidArgument, "URL: bad IPv6 address");
  } else {
    size_t colon = text.find(':');
    host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon + 1);
    if (!IsHost(host)) return Fail(Code::kInvalidArgument, "URL: bad or empty host name");
  }
  url.host = base::ToLower(host);
  if (port.empty()) return {};
  uint16_t number = 0;
  auto parsed = std::from_chars(port.data(), port.data() + port.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != port.data() + port.size()) {
    return Fail(Code::kInvalidArgument, "URL: bad port");
  }
  url.port = number;
  return {};
}

}  // namespace

std::string PercentEncode(std::string_view text, bool keep_slash) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    if (IsUnreserved(c) || (keep_slash && c == '/')) {
      out.push_back(c);
      continue;
    }
    unsigned char byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kHex[byte >> 4]);
    out.push_back(kHex[byte & 15]);
  }
  return out;
}

Result<std::string> PercentDecode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out.push_back(' ');
    } else if (text[i] != '%') {
      out.push_back(text[i]);
    } else {
      int high = i + 2 < text.size() ? HexValue(text[i + 1]) : -1;
      int low = i + 2 < text.size() ? HexValue(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return Fail(Code::kInvalidArgument, "bad percent escape at byte " + std::to_string(i));
      }
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  return out;
}

Result<Query> Query::Parse(std::string_view raw, bool plus_is_space) {
  Query query;
  while (!raw.empty()) {
    size_t end = raw.find('&');
    std::string_view item = raw.substr(0, end);
    raw.remove_prefix(end == std::string_view::npos ? raw.size() : end + 1);
    if (item.empty()) continue;
    size_t equals = item.find('=');
    PENSTOCK_TRY(std::string name, PercentDecode(item.substr(0, equals), plus_is_space));
    std::string value;
    if (equals != std::string_view::npos) {
      PENSTOCK_TRY(value, PercentDecode(item.substr(equals + 1), plus_is_space));
    }
    query.items_.emplace_back(std::move(name), std::move(value));
  }
  return query;
}

const std::string* Query::Find(std::string_view name) const {
  for (const auto& [item_name, value] : items_) {
    if (item_name == name) return &value;
  }
  return nullptr;
}

std::string Query::GetOr(std::string_view name, std::string_view fallback) const {
  const std::string* value = Find(name);
  return value != nullptr ? *value : std::string(fallback);
}

Result<Url> ParseUrl(std::string_view text) {
  auto control = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; };
  if (std::any_of(text.begin(), text.end(), control)) {
    return Fail(Code::kInvalidArgument, "URL: spaces and control characters must be escaped");
  }
  size_t separator = text.find("://");
  if (separator == std::string_view::npos || !IsScheme(text.substr(0, separator))) {
    return Fail(Code::kInvalidArgument, "URL: scheme://host expected");
  }
  Url url;
  url.scheme = base::ToLower(text.substr(0, separator));
  std::string_view rest = text.substr(separator + 3);
  rest = rest.substr(0, rest.find('#'));  // a fragment never leaves the client

  size_t question = rest.find('?');
  if (question != std::string_view::npos) {
    url.query = std::string(rest.substr(question + 1));
    rest = rest.substr(0, question);
  }
  size_t slash = rest.find('/');
  if (slash != std::string_view::npos) {
    url.path = std::string(rest.substr(slash));
    rest = rest.substr(0, slash);
  }
  if (rest.find('@') != std::string_view::npos) {
    return Fail(Code::kInvalidArgument, "URL: a user name or password in a URL is not taken");
  }
  PENSTOCK_RETURN_IF_ERROR(ParseAuthority(rest, url));
  return url;
}

}  // namespace penstock::text
