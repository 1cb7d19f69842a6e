// SPDX-License-Identifier: Apache-2.0
#include "iam/principal.h"

namespace penstock::iam {
namespace {

std::string TypeOf(const Principal& principal) {
  switch (principal.kind) {
    case PrincipalKind::kRoot:
      return "Account";
    case PrincipalKind::kUser:
      return "User";
    case PrincipalKind::kServiceAccount:
      return principal.acts_as_root ? "Account" : "User";
    case PrincipalKind::kTemporary:
    case PrincipalKind::kTask:
      return "AssumedRole";
  }
  return "User";
}

ContextValues One(const std::string& value) {
  return value.empty() ? ContextValues() : ContextValues{value};
}

// Sessions of people whom only an identity provider knows go by its name for them.
ContextValues NameOf(const Principal& principal) {
  if (!principal.user.empty()) return {principal.user};
  auto subject = principal.claims.find("jwt:sub");
  return subject == principal.claims.end() ? ContextValues() : subject->second;
}

}  // namespace

std::string_view DisplayName(const Principal& principal) {
  return principal.user.empty() ? std::string_view("penstock") : principal.user;
}

ContextValues PrincipalContext::Find(std::string_view key) const {
  if (key.starts_with("jwt:")) {
    if (principal_ == nullptr) return {};
    auto claim = principal_->claims.find(key);
    return claim == principal_->claims.end() ? ContextValues() : claim->second;
  }
  constexpr std::string_view kAws = "aws:";
  if (!key.starts_with(kAws)) return request_.Find(key);
  std::string_view name = key.substr(kAws.size());
  bool of_caller = name == "username" || name == "userid" || name == "principalarn" ||
                   name == "principaltype" || name == "principalaccount" || name == "groups";
  if (!of_caller) return request_.Find(key);
  if (principal_ == nullptr) {
    return name == "principaltype" ? ContextValues{"Anonymous"} : ContextValues();
  }
  if (name == "username" || name == "userid") return NameOf(*principal_);
  if (name == "principalarn") return One(principal_->arn);
  if (name == "principaltype") return One(TypeOf(*principal_));
  if (name == "principalaccount") return {std::string(kAccountId)};
  return principal_->groups;
}

}  // namespace penstock::iam
