// SPDX-License-Identifier: Apache-2.0
#include "store/names.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "store/object_store.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;

bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// Four groups of digits with dots between them.
bool LooksLikeIpv4(std::string_view name) {
  bool digits_and_dots = std::all_of(name.begin(), name.end(),
                                     [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
  return digits_and_dots && std::count(name.begin(), name.end(), '.') == 3;
}

tl::unexpected<base::Error> BadName(std::string_view name, std::string_view why) {
  return Fail(Code::kInvalidArgument, reason::kBadBucketName,
              "bucket name '" + std::string(name.substr(0, 80)) + "' " + std::string(why));
}

// The length of the well-formed character at the start of the text, or 0.
size_t Utf8Length(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  uint8_t first = byte(0);
  if (first < 0x80) return 1;
  size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  uint8_t second = byte(1);
  if (first == 0xE0 && second < 0xA0) return 0;  // overlong
  if (first == 0xED && second > 0x9F) return 0;  // surrogates
  if (first == 0xF0 && second < 0x90) return 0;  // overlong
  if (first == 0xF4 && second > 0x8F) return 0;  // above U+10FFFF
  return length;
}

}  // namespace

base::Status CheckBucketName(std::string_view name) {
  if (name.size() < 3 || name.size() > 63) return BadName(name, "must have 3 to 63 characters");
  for (char c : name) {
    if (!IsLowerOrDigit(c) && c != '.' && c != '-') {
      return BadName(name, "may have only a-z, 0-9, '.' and '-'");
    }
  }
  if (!IsLowerOrDigit(name.front()) || !IsLowerOrDigit(name.back())) {
    return BadName(name, "must begin and end with a letter or digit");
  }
  if (name.find("..") != std::string_view::npos) return BadName(name, "has two dots in a row");
  // Such a name is no host name, so that it could not be addressed in virtual-host style.
  if (name.find(".-") != std::string_view::npos || name.find("-.") != std::string_view::npos) {
    return BadName(name, "has a dot beside a dash");
  }
  if (LooksLikeIpv4(name)) return BadName(name, "looks like an IP address");
  return {};
}

base::Status CheckKey(std::string_view key) {
  auto bad = [](std::string message) {
    return Fail(Code::kInvalidArgument, reason::kBadKey, std::move(message));
  };
  if (key.empty()) return bad("an object key may not be empty");
  if (key.size() > kMaxKeyBytes) {
    return bad("the object key has " + std::to_string(key.size()) + " bytes; 1024 are allowed");
  }
  if (!IsUtf8(key)) return bad("the object key is not valid UTF-8");
  return {};
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    size_t length = Utf8Length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace penstock::store
