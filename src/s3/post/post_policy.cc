// SPDX-License-Identifier: Apache-2.0
#include "s3/post/post_policy.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/encoding.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;
using text::Json;

constexpr size_t kMaxConditions = 200;

auto Invalid(std::string what) {
  return Refuse(code::kInvalidPolicyDocument, "Invalid Policy: " + std::move(what));
}

auto Denied(std::string what) {
  return Refuse(code::kAccessDenied, "Invalid according to Policy: " + std::move(what));
}

// Fields that need no condition: checksums only say more about bytes that may be sent anyway.
bool IsExempt(std::string_view field) {
  constexpr std::string_view kExempt[] = {
      "policy", "x-amz-signature", "signature", "awsaccesskeyid", "file", "bucket"};
  return field.starts_with("x-ignore-") || field.starts_with("x-amz-checksum-") ||
         std::find(std::begin(kExempt), std::end(kExempt), field) != std::end(kExempt);
}

// Some writers of policies put numbers into quotes.
std::optional<uint64_t> WholeNumber(const Json& value) {
  if (value.is_integer()) {
    if (value.as_integer() < 0) return std::nullopt;
    return static_cast<uint64_t>(value.as_integer());
  }
  if (!value.is_string()) return std::nullopt;
  const std::string& text = value.as_string();
  uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

Result<PostPolicy> PostPolicy::Parse(std::string_view json) {
  auto document = text::ParseJson(json, {.max_depth = 8, .max_bytes = kMaxFormBytes});
  if (!document || !document->is_object()) return Invalid("Invalid JSON.");
  const Json* expiration = document->Find("expiration");
  const Json* conditions = document->Find("conditions");
  if (expiration == nullptr || !expiration->is_string()) return Invalid("missing expiration.");
  if (conditions == nullptr || !conditions->is_array()) return Invalid("missing conditions.");
  if (conditions->as_array().size() > kMaxConditions) return Invalid("too many conditions.");
  PostPolicy policy;
  auto expires_at = base::ParseRfc3339(expiration->as_string());
  // One form of the time only: others would be read differently elsewhere.
  if (!expires_at || expiration->as_string().find('T') == std::string::npos) {
    return Invalid("expiration must be of the form YYYY-MM-DDThh:mm:ssZ.");
  }
  policy.expires_at_ = *expires_at;
  for (const Json& condition : conditions->as_array()) {
    PENSTOCK_RETURN_IF_ERROR(policy.AddCondition(condition));
  }
  return policy;
}

Status PostPolicy::AddCondition(const Json& condition) {
  if (condition.is_object()) return AddMembers(condition);
  if (!condition.is_array() || condition.as_array().size() != 3 ||
      !condition.as_array().front().is_string()) {
    return Invalid("a condition must be an object or a list of three.");
  }
  const Json::Array& parts = condition.as_array();
  std::string name = base::ToLower(parts[0].as_string());
  if (name == "content-length-range") return AddRange(parts[1], parts[2]);
  if (name != "eq" && name != "starts-with") {
    return Invalid("unknown condition '" + parts[0].as_string() + "'.");
  }
  if (!parts[1].is_string() || !parts[2].is_string() || !parts[1].as_string().starts_with('$')) {
    return Invalid("a condition must name a $field and a value.");
  }
  conditions_.push_back(
      {name == "starts-with", base::ToLower(parts[1].as_string().substr(1)), parts[2].as_string()});
  return {};
}

Status PostPolicy::AddMembers(const Json& members) {
  if (members.as_object().empty()) return Invalid("a condition is empty.");
  for (const auto& [name, value] : members.as_object()) {
    if (!value.is_string()) return Invalid("the value of " + name + " must be a string.");
    conditions_.push_back({false, base::ToLower(name), value.as_string()});
  }
  return {};
}

Status PostPolicy::AddRange(const Json& least, const Json& most) {
  auto least_bytes = WholeNumber(least);
  auto most_bytes = WholeNumber(most);
  if (!least_bytes || !most_bytes || *least_bytes > *most_bytes) {
    return Invalid("content-length-range must have two numbers.");
  }
  least_bytes_ = std::max(least_bytes_, *least_bytes);
  most_bytes_ = std::min(most_bytes_, *most_bytes);
  return {};
}

Status PostPolicy::Check(const UploadForm& form, std::string_view bucket, base::Time now) const {
  if (now >= expires_at_) return Denied("Policy expired.");
  bool names_bucket = false;
  for (const Condition& condition : conditions_) {
    bool of_bucket = condition.field == "bucket";
    names_bucket |= of_bucket;
    const std::string* given = form.Find(condition.field);
    std::string_view value = given == nullptr ? std::string_view() : *given;
    if (of_bucket) value = bucket;
    // A prefix that is empty asks for nothing, not even for the field.
    bool sent = of_bucket || given != nullptr || (condition.prefix && condition.value.empty());
    bool holds = condition.prefix ? value.starts_with(condition.value) : value == condition.value;
    if (!sent || !holds) {
      return Denied("Policy Condition failed: [\"" +
                    std::string(condition.prefix ? "starts-with" : "eq") + "\", \"$" +
                    condition.field + "\", \"" + condition.value + "\"]");
    }
  }
  if (!names_bucket) return Denied("no condition names the bucket.");
  for (const auto& [name, value] : form.fields) {
    auto about = [&name = name](const Condition& condition) { return condition.field == name; };
    if (!IsExempt(name) && std::none_of(conditions_.begin(), conditions_.end(), about)) {
      return Denied("Extra input fields: " + name);
    }
  }
  return {};
}

}  // namespace penstock::s3
