// SPDX-License-Identifier: Apache-2.0
#include "s3/preconditions.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>

#include "base/encoding.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {
namespace {

// Whether a list of entity tags has this one. Quotes may be missing, as in S3.
bool Matches(std::string_view list, std::string_view etag) {
  while (!list.empty()) {
    size_t end = std::min(list.find(','), list.size());
    std::string_view tag = base::Trim(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == "*" || Unquote(tag) == etag) return true;
  }
  return false;
}

std::optional<base::Time> DateOf(const net::Headers& headers, const std::string& name) {
  const std::string* text = headers.Find(name);
  if (text == nullptr) return std::nullopt;
  auto time = base::ParseHttpDate(*text);
  if (!time) return std::nullopt;
  return *time;
}

// HTTP dates have whole seconds.
base::Time WholeSeconds(base::Time time) { return std::chrono::floor<std::chrono::seconds>(time); }

}  // namespace

std::string_view Unquote(std::string_view etag) {
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') {
    return etag.substr(1, etag.size() - 2);
  }
  return etag;
}

PreconditionOutcome CheckPreconditions(const net::Headers& headers, std::string_view prefix,
                                       std::string_view etag, base::Time modified_at) {
  std::string start(prefix);
  base::Time modified = WholeSeconds(modified_at);
  if (const std::string* tags = headers.Find(start + "if-match")) {
    if (!Matches(*tags, etag)) return PreconditionOutcome::kFailed;
  } else if (auto date = DateOf(headers, start + "if-unmodified-since")) {
    if (modified > *date) return PreconditionOutcome::kFailed;
  }
  if (const std::string* tags = headers.Find(start + "if-none-match")) {
    if (Matches(*tags, etag)) return PreconditionOutcome::kNotModified;
  } else if (auto date = DateOf(headers, start + "if-modified-since")) {
    if (modified <= *date) return PreconditionOutcome::kNotModified;
  }
  return PreconditionOutcome::kProceed;
}

bool RangeApplies(const net::Headers& headers, std::string_view etag, base::Time modified_at) {
  const std::string* condition = headers.Find("if-range");
  if (condition == nullptr) return true;
  if (auto date = DateOf(headers, "if-range")) return WholeSeconds(modified_at) == *date;
  return !condition->starts_with("W/") && Unquote(*condition) == etag;
}

store::WriteCondition ParseWriteCondition(const net::Headers& headers) {
  store::WriteCondition condition;
  if (const std::string* tag = headers.Find("if-match")) condition.if_match = Unquote(*tag);
  if (const std::string* tag = headers.Find("if-none-match")) {
    condition.if_absent = *tag == "*";
    if (!condition.if_absent) condition.if_none_match = Unquote(*tag);
  }
  return condition;
}

base::Result<uint64_t> ParseSizeCondition(std::string_view text) {
  text = base::Trim(text);
  uint64_t size = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (!text.empty() && error == std::errc() && end == text.data() + text.size()) return size;
  return Refuse(code::kInvalidArgument, "The size to match must be a number of bytes");
}

base::Result<base::Time> ParseTimeCondition(std::string_view text) {
  text = base::Trim(text);
  auto time = base::ParseHttpDate(text);
  if (!time) time = base::ParseRfc3339(text);
  if (time) return time;
  return Refuse(code::kInvalidArgument, "The time to match cannot be read as a date");
}

}  // namespace penstock::s3
