// SPDX-License-Identifier: Apache-2.0
#include "iam/statement.h"

#include <algorithm>

#include "base/encoding.h"
#include "iam/policy_field.h"

namespace penstock::iam {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

// Services whose actions are about the server as a whole: their statements may leave out Resource.
constexpr std::string_view kServicesWithoutResources[] = {"admin:", "sts:", "kms:", "pipelines:"};

bool IsActionCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '*' ||
         c == '?' || c == '-';
}

bool IsAction(std::string_view text) {
  if (text == "*") return true;
  size_t colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon + 1 == text.size()) return false;
  std::string_view service = text.substr(0, colon);
  std::string_view name = text.substr(colon + 1);
  return std::all_of(service.begin(), service.end(), IsActionCharacter) &&
         std::all_of(name.begin(), name.end(), IsActionCharacter);
}

bool IsWithoutResource(std::string_view action) {
  return std::any_of(
      std::begin(kServicesWithoutResources), std::end(kServicesWithoutResources),
      [&](std::string_view service) { return base::ToLower(action).starts_with(service); });
}

}  // namespace

Result<Statement> Statement::Parse(const text::Json& value, PolicyKind kind) {
  if (!value.is_object()) {
    return Fail(Code::kInvalidArgument, "must be an object, is " + std::string(value.KindName()));
  }
  Statement statement;
  for (const auto& [name, member] : value.as_object()) {
    Status read = statement.ReadMember(name, member, kind);
    if (!read) return Fail(std::move(read).error().Wrap(name));
  }
  PENSTOCK_RETURN_IF_ERROR(statement.CheckComplete(kind));
  return statement;
}

Status Statement::ReadMember(const std::string& name, const text::Json& value, PolicyKind kind) {
  bool negated = name.starts_with("Not");
  if (name == "Sid") {
    if (!value.is_string()) return Fail(Code::kInvalidArgument, "must be a string");
    sid_ = value.as_string();
  } else if (name == "Effect") {
    bool allow = value.is_string() && value.as_string() == "Allow";
    bool deny = value.is_string() && value.as_string() == "Deny";
    if (!allow && !deny) return Fail(Code::kInvalidArgument, "must be \"Allow\" or \"Deny\"");
    effect_ = allow;
  } else if (name == "Action" || name == "NotAction") {
    if (!actions_.empty()) return Fail(Code::kInvalidArgument, "is beside Action; use one");
    not_action_ = negated;
    return ReadActions(value);
  } else if (name == "Resource" || name == "NotResource") {
    if (!resources_.empty()) return Fail(Code::kInvalidArgument, "is beside NotResource; use one");
    not_resource_ = negated;
    return ReadResources(value);
  } else if (name == "Principal" || name == "NotPrincipal") {
    if (principal_) return Fail(Code::kInvalidArgument, "is beside NotPrincipal; use one");
    not_principal_ = negated;
    return ReadPrincipal(value, kind);
  } else if (name == "Condition") {
    PENSTOCK_TRY(conditions_, Condition::ParseBlock(value));
  } else {
    return Fail(Code::kInvalidArgument, "is no field of a statement");
  }
  return {};
}

Status Statement::ReadActions(const text::Json& value) {
  PENSTOCK_TRY(std::vector<std::string> texts, StringOrList(value));
  for (const std::string& text : texts) {
    if (!IsAction(text)) {
      return Fail(Code::kInvalidArgument, "'" + text.substr(0, 128) +
                                              "' is no action; write service:Name, such as "
                                              "s3:GetObject, or *");
    }
    actions_.push_back(Glob::Of(base::ToLower(text)));
  }
  only_without_resource_ = std::all_of(texts.begin(), texts.end(), IsWithoutResource);
  return {};
}

Status Statement::ReadResources(const text::Json& value) {
  PENSTOCK_TRY(std::vector<std::string> texts, StringOrList(value));
  for (const std::string& text : texts) {
    bool arn = text.starts_with("arn:") && std::count(text.begin(), text.end(), ':') >= 5;
    if (text != "*" && !arn) {
      return Fail(Code::kInvalidArgument, "'" + text.substr(0, 128) +
                                              "' is no resource; write "
                                              "arn:aws:s3:::bucket, arn:aws:s3:::bucket/key* or *");
    }
    PENSTOCK_TRY(ValuePattern pattern, ValuePattern::Parse(text, true));
    resources_.push_back(std::move(pattern));
  }
  return {};
}

Status Statement::ReadPrincipal(const text::Json& value, PolicyKind kind) {
  if (kind == PolicyKind::kIdentity) {
    return Fail(Code::kInvalidArgument,
                "does not belong in the policy of a user, group or session: whom it is attached "
                "to is whom it is about");
  }
  PENSTOCK_TRY(principal_, PrincipalPattern::Parse(value));
  return {};
}

Status Statement::CheckComplete(PolicyKind kind) {
  auto missing = [](std::string_view what) {
    return Fail(Code::kInvalidArgument, "has no " + std::string(what));
  };
  if (!effect_) return missing("Effect");
  allows_ = *effect_;
  if (actions_.empty()) return missing("Action");
  if (kind == PolicyKind::kResource && !principal_) return missing("Principal");
  bool may_lack = kind == PolicyKind::kIdentity && only_without_resource_ && !not_action_;
  if (resources_.empty() && !may_lack) return missing("Resource");
  return {};
}

bool Statement::CoversAction(std::string_view action) const {
  bool any = std::any_of(actions_.begin(), actions_.end(),
                         [&](const Glob& glob) { return glob.MatchesIgnoringCase(action); });
  return any != not_action_;
}

// A request about no resource in particular is covered by what covers everything, so that a user
// who may do all in one bucket is not an administrator.
bool Statement::CoversResource(const AccessRequest& request) const {
  if (resources_.empty()) return true;
  auto covers = [&](const ValuePattern& pattern) {
    if (request.resource.empty()) {
      return pattern.MatchesEverything() || pattern.text() == "arn:aws:s3:::*";
    }
    return pattern.Matches(request.resource, request.context);
  };
  return std::any_of(resources_.begin(), resources_.end(), covers) != not_resource_;
}

bool Statement::Applies(const AccessRequest& request, const PrincipalNames& who) const {
  if (!CoversAction(request.action)) return false;
  if (principal_ && principal_->Matches(who) == not_principal_) return false;
  if (!CoversResource(request)) return false;
  return std::all_of(conditions_.begin(), conditions_.end(),
                     [&](const Condition& condition) { return condition.Holds(request.context); });
}

bool Statement::AllowsEverybody() const {
  if (!allows_ || !principal_) return false;
  if (!not_principal_ && !principal_->MatchesEverybody()) return false;
  return std::none_of(conditions_.begin(), conditions_.end(),
                      [](const Condition& condition) { return condition.NarrowsWhoAsks(); });
}

}  // namespace penstock::iam
