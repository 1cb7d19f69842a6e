// SPDX-License-Identifier: Apache-2.0
#include "iam/policy.h"

#include <algorithm>
#include <set>

#include "text/json.h"

namespace penstock::iam {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr text::JsonLimits kLimits{10, kMaxPolicyBytes};
constexpr std::string_view kCurrentVersion = "2012-10-17";
constexpr std::string_view kOldVersion = "2008-10-17";

std::string StatementName(size_t index, const text::Json& statement) {
  std::string name = "Statement[" + std::to_string(index) + "]";
  std::string sid = statement.StringOr("Sid", "");
  return sid.empty() ? name : name + " (" + sid.substr(0, 64) + ")";
}

Status CheckHead(std::string_view json, const text::Json& document) {
  if (!document.is_object()) {
    return Fail(Code::kInvalidArgument,
                "a policy must be an object, is " + std::string(document.KindName()));
  }
  for (const auto& [name, value] : document.as_object()) {
    if (name != "Version" && name != "Id" && name != "Statement") {
      return Fail(Code::kInvalidArgument, name + " is no field of a policy");
    }
  }
  std::string version = document.StringOr("Version", "");
  if (document.Find("Version") != nullptr && version != kCurrentVersion && version != kOldVersion) {
    return Fail(Code::kInvalidArgument, "Version: must be \"2012-10-17\"");
  }
  // There they would be plain text that matches nothing: surely not what was meant.
  if (version != kCurrentVersion && json.find("${") != std::string_view::npos) {
    return Fail(Code::kInvalidArgument,
                "Version: variables (${…}) need \"Version\": \"2012-10-17\"");
  }
  if (document.Find("Statement") == nullptr) {
    return Fail(Code::kInvalidArgument, "a policy needs a Statement");
  }
  return {};
}

}  // namespace

Result<Policy> Policy::Parse(std::string_view json, PolicyKind kind) {
  if (json.size() > kMaxPolicyBytes) {
    return Fail(Code::kInvalidArgument, "the policy has " + std::to_string(json.size()) +
                                            " bytes; at most " + std::to_string(kMaxPolicyBytes) +
                                            " are allowed");
  }
  PENSTOCK_TRY(text::Json document, text::ParseJson(json, kLimits));
  PENSTOCK_RETURN_IF_ERROR(CheckHead(json, document));
  const text::Json& given = *document.Find("Statement");
  text::Json::Array list = given.is_array() ? given.as_array() : text::Json::Array{given};
  if (list.empty()) return Fail(Code::kInvalidArgument, "Statement: is an empty list");
  Policy policy;
  policy.text_ = json;
  for (size_t i = 0; i < list.size(); ++i) {
    auto statement = Statement::Parse(list[i], kind);
    if (!statement) {
      return Fail(std::move(statement).error().Wrap(StatementName(i, list[i])));
    }
    policy.statements_.push_back(*std::move(statement));
  }
  return policy;
}

Result<PolicyPtr> ParsePolicy(std::string_view json, PolicyKind kind) {
  PENSTOCK_TRY(Policy policy, Policy::Parse(json, kind));
  return std::make_shared<const Policy>(std::move(policy));
}

Effect Policy::EvaluateFor(const PrincipalNames& who, const AccessRequest& request) const {
  Effect effect = Effect::kNone;
  for (const Statement& statement : statements_) {
    // Another permission would add nothing.
    if (statement.allows() && effect == Effect::kAllow) continue;
    if (!statement.Applies(request, who)) continue;
    if (!statement.allows()) return Effect::kDeny;
    effect = Effect::kAllow;
  }
  return effect;
}

bool Policy::IsPublic() const {
  return std::any_of(statements_.begin(), statements_.end(),
                     [](const Statement& statement) { return statement.AllowsEverybody(); });
}

Status Policy::CheckIsAbout(std::string_view bucket) const {
  constexpr std::string_view kPrefix = "arn:aws:s3:::";
  for (const Statement& statement : statements_) {
    for (const ValuePattern& resource : statement.resources()) {
      std::string_view text = resource.text();
      if (text == "*") continue;
      std::string_view name = text.substr(0, text.find('/'));
      if (name.starts_with(kPrefix)) {
        name.remove_prefix(kPrefix.size());
        if (Glob::Of(name).Matches(bucket)) continue;
      }
      std::string arn = std::string(kPrefix) + std::string(bucket);
      return Fail(Code::kInvalidArgument, "the resource '" + resource.text() +
                                              "' is not in this bucket: use " + arn + " and " +
                                              arn + "/*");
    }
  }
  return {};
}

}  // namespace penstock::iam
