// SPDX-License-Identifier: Apache-2.0
#include "iam/condition_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/encoding.h"

namespace penstock::iam {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr size_t kArnParts = 6;

std::optional<double> ReadNumber(std::string_view text) {
  double number = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

// ISO 8601 as far as W3C's note on dates goes ("2026", "2026-11", "2026-11-23",
// "2026-11-23T08:09Z", with seconds), or seconds since 1970.
std::optional<base::Time> ReadDate(std::string_view text) {
  constexpr std::string_view kShortest = "2026";
  bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits && text.size() != kShortest.size()) {
    int64_t seconds = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    constexpr int64_t kMost = 253'402'300'800;  // the year 10000
    if (text.empty() || error != std::errc() || seconds > kMost) return std::nullopt;
    return base::Time(std::chrono::seconds(seconds));
  }
  std::string full(text);
  if (full.size() == 4) full += "-01";
  if (full.size() == 7) full += "-01";
  if (full.size() == 10) full += "T00:00:00Z";
  constexpr size_t kWithMinutes = std::string_view("2026-11-23T08:09").size();
  if (full.size() > kWithMinutes && full[10] == 'T' && full[kWithMinutes] != ':') {
    full.insert(kWithMinutes, ":00");
  }
  auto time = base::ParseRfc3339(full);
  return time ? std::optional(*time) : std::nullopt;
}

std::optional<bool> ReadBool(std::string_view text) {
  if (base::EqualsIgnoreCase(text, "true")) return true;
  if (base::EqualsIgnoreCase(text, "false")) return false;
  return std::nullopt;
}

template <typename T>
bool Stands(const T& given, Relation relation, const T& wanted) {
  switch (relation) {
    case Relation::kEqual:
      return given == wanted;
    case Relation::kLess:
      return given < wanted;
    case Relation::kLessOrEqual:
      return given <= wanted;
    case Relation::kGreater:
      return given > wanted;
    case Relation::kGreaterOrEqual:
      return given >= wanted;
  }
  return false;
}

// The first five colons part an ARN; more of them belong to the resource. Those inside a
// variable's braces part nothing.
std::vector<std::string_view> SplitArn(std::string_view text, bool variables) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  for (size_t i = 0; i < text.size() && parts.size() + 1 < kArnParts; ++i) {
    if (variables && text.substr(i).starts_with("${")) {
      i = std::min(text.find('}', i), text.size() - 1);
    } else if (text[i] == ':') {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  parts.push_back(text.substr(begin));
  return parts;
}

template <typename T>
Result<T> Need(std::optional<T> value, std::string_view text, std::string_view what) {
  if (value) return *std::move(value);
  return Fail(Code::kInvalidArgument,
              "'" + std::string(text.substr(0, 64)) + "' is no " + std::string(what));
}

}  // namespace

Result<ConditionValue> ConditionValue::ParseArn(std::string_view text) {
  Arn arn;
  if (text == "*") text = "arn:*:*:*:*:*";
  std::vector<std::string_view> parts = SplitArn(text, true);
  if (parts.size() != kArnParts) {
    return Fail(Code::kInvalidArgument, "'" + std::string(text.substr(0, 64)) +
                                            "' is no ARN; write arn:aws:service:region:account:"
                                            "resource, where parts may be empty or *");
  }
  for (std::string_view part : parts) {
    PENSTOCK_TRY(ValuePattern pattern, ValuePattern::Parse(part, true));
    arn.parts.push_back(std::move(pattern));
  }
  return ConditionValue(std::move(arn));
}

Result<ConditionValue> ConditionValue::Parse(const ConditionOperator& op, std::string_view text) {
  switch (op.comparison) {
    case Comparison::kString:
    case Comparison::kStringIgnoringCase:
    case Comparison::kStringLike: {
      bool wildcards = op.comparison == Comparison::kStringLike;
      PENSTOCK_TRY(ValuePattern pattern, ValuePattern::Parse(text, wildcards));
      return ConditionValue(std::move(pattern));
    }
    case Comparison::kNumeric: {
      PENSTOCK_TRY(double number, Need(ReadNumber(text), text, "number"));
      return ConditionValue(number);
    }
    case Comparison::kDate: {
      PENSTOCK_TRY(base::Time time,
                   Need(ReadDate(text), text, "date, such as 2026-11-23T00:00:00Z"));
      return ConditionValue(time);
    }
    case Comparison::kBool:
    case Comparison::kNull: {
      PENSTOCK_TRY(bool flag, Need(ReadBool(text), text, "truth value; write true or false"));
      return ConditionValue(flag);
    }
    case Comparison::kBinary: {
      PENSTOCK_TRY(std::string bytes, base::Base64Decode(text));
      return ConditionValue(Binary{std::move(bytes)});
    }
    case Comparison::kIpAddress: {
      PENSTOCK_TRY(IpRange range, IpRange::Parse(text));
      return ConditionValue(range);
    }
    case Comparison::kArn:
      return ParseArn(text);
  }
  return Fail(Code::kInternal, "unknown comparison");
}

bool ConditionValue::ArnHolds(const Arn& arn, std::string_view given,
                              const RequestContext& context) {
  std::vector<std::string_view> parts = SplitArn(given, false);
  if (parts.size() != kArnParts) return false;
  for (size_t i = 0; i < kArnParts; ++i) {
    if (!arn.parts[i].Matches(parts[i], context)) return false;
  }
  return true;
}

bool ConditionValue::Holds(const ConditionOperator& op, std::string_view given,
                           const RequestContext& context) const {
  switch (op.comparison) {
    case Comparison::kString:
    case Comparison::kStringLike:
      return std::get<ValuePattern>(value_).Matches(given, context);
    case Comparison::kStringIgnoringCase: {
      auto text = std::get<ValuePattern>(value_).Expand(context);
      return text && base::EqualsIgnoreCase(*text, given);
    }
    case Comparison::kNumeric: {
      auto number = ReadNumber(given);
      return number && Stands(*number, op.relation, std::get<double>(value_));
    }
    case Comparison::kDate: {
      auto time = ReadDate(given);
      return time && Stands(*time, op.relation, std::get<base::Time>(value_));
    }
    case Comparison::kBool:
      return ReadBool(given) == std::get<bool>(value_);
    case Comparison::kBinary: {
      auto bytes = base::Base64Decode(given);
      return bytes && *bytes == std::get<Binary>(value_).bytes;
    }
    case Comparison::kIpAddress: {
      auto address = IpRange::Parse(given);
      return address && std::get<IpRange>(value_).Contains(*address);
    }
    case Comparison::kArn:
      return ArnHolds(std::get<Arn>(value_), given, context);
    case Comparison::kNull:
      break;  // about the key, not its values
  }
  return false;
}

bool ConditionValue::IsNarrow() const {
  if (const auto* pattern = std::get_if<ValuePattern>(&value_)) return pattern->fixed();
  if (const auto* range = std::get_if<IpRange>(&value_)) return !range->IsWide();
  if (const auto* arn = std::get_if<Arn>(&value_)) {
    return std::all_of(arn->parts.begin(), arn->parts.end(),
                       [](const ValuePattern& part) { return part.fixed(); });
  }
  return true;
}

}  // namespace penstock::iam
