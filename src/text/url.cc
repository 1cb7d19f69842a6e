// SPDX-License-Identifier: Apache-2.0
#include "text/url.h"

#include <charconv>

#include "base/encoding.h"

namespace penstock::text {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr char kUpperHex[] = "0123456789ABCDEF";

bool IsUnreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

base::Error BadUrl(std::string_view text, std::string_view why) {
  return base::Error(Code::kInvalidArgument,
                     "'" + std::string(text) + "' is no URL: " + std::string(why));
}

Result<uint16_t> ParsePort(std::string_view text, std::string_view digits) {
  uint16_t port = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) {
    return Fail(BadUrl(text, "the port is not a number up to 65535"));
  }
  return port;
}

// Splits "[::1]:80", "host:80" or "host" into the URL's host and port.
base::Status ParseAuthority(std::string_view text, std::string_view authority, Url& url) {
  size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    return Fail(BadUrl(text, "it carries a user name; credentials do not belong in a URL"));
  }
  size_t colon = authority.rfind(':');
  if (!authority.empty() && authority.front() == '[') {
    size_t bracket = authority.find(']');
    if (bracket == std::string_view::npos) return Fail(BadUrl(text, "a bracket is not closed"));
    url.host = base::ToLower(authority.substr(1, bracket - 1));
    colon = bracket + 1 < authority.size() ? bracket + 1 : std::string_view::npos;
    if (colon != std::string_view::npos && authority[colon] != ':') {
      return Fail(BadUrl(text, "a port begins with a colon"));
    }
  } else {
    url.host = base::ToLower(authority.substr(0, colon));
  }
  if (url.host.empty()) return Fail(BadUrl(text, "it names no host"));
  if (colon != std::string_view::npos) {
    PENSTOCK_TRY(url.port, ParsePort(text, authority.substr(colon + 1)));
  }
  return {};
}

}  // namespace

std::string PercentEncode(std::string_view text, bool keep_slash) {
  std::string encoded;
  encoded.reserve(text.size());
  for (char c : text) {
    if (IsUnreserved(c) || (keep_slash && c == '/')) {
      encoded.push_back(c);
      continue;
    }
    auto byte = static_cast<unsigned char>(c);
    encoded.push_back('%');
    encoded.push_back(kUpperHex[byte >> 4]);
    encoded.push_back(kUpperHex[byte & 15]);
  }
  return encoded;
}

Result<std::string> PercentDecode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      decoded.push_back(' ');
    } else if (text[i] != '%') {
      decoded.push_back(text[i]);
    } else {
      int high = i + 2 < text.size() ? HexValue(text[i + 1]) : -1;
      int low = i + 2 < text.size() ? HexValue(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return Fail(Code::kInvalidArgument,
                    "'" + std::string(text.substr(i, 3)) + "' is not a percent escape such as %2F");
      }
      decoded.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  return decoded;
}

Result<Query> Query::Parse(std::string_view raw, bool plus_is_space) {
  Query query;
  while (!raw.empty()) {
    size_t end = raw.find('&');
    std::string_view item = raw.substr(0, end);
    raw = end == std::string_view::npos ? std::string_view() : raw.substr(end + 1);
    if (item.empty()) continue;
    size_t equals = item.find('=');
    std::string_view value =
        equals == std::string_view::npos ? std::string_view() : item.substr(equals + 1);
    PENSTOCK_TRY(std::string name, PercentDecode(item.substr(0, equals), plus_is_space));
    PENSTOCK_TRY(std::string decoded, PercentDecode(value, plus_is_space));
    query.items_.emplace_back(std::move(name), std::move(decoded));
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
  for (char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) {
      return Fail(BadUrl(text, "it holds a space or a control character"));
    }
  }
  size_t mark = text.find("://");
  if (mark == std::string_view::npos || mark == 0) {
    return Fail(BadUrl(text, "it does not begin with a scheme such as https://"));
  }
  Url url;
  url.scheme = base::ToLower(text.substr(0, mark));
  std::string_view rest = text.substr(mark + 3);
  rest = rest.substr(0, rest.find('#'));
  size_t authority_end = rest.find_first_of("/?");
  PENSTOCK_RETURN_IF_ERROR(ParseAuthority(text, rest.substr(0, authority_end), url));
  if (authority_end == std::string_view::npos) return url;
  rest = rest.substr(authority_end);
  size_t question = rest.find('?');
  url.path = rest.substr(0, question);
  if (question != std::string_view::npos) url.query = rest.substr(question + 1);
  return url;
}

}  // namespace penstock::text
