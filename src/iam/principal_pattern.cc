// SPDX-License-Identifier: Apache-2.0
#include "iam/principal_pattern.h"

#include <algorithm>

#include "iam/policy_field.h"

namespace penstock::iam {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return !name.empty() && std::find(names.begin(), names.end(), name) != names.end();
}

// The account in an ARN may be left out, as MinIO's users write it.
std::string_view AfterOwnAccount(std::string_view arn) {
  constexpr std::string_view kPrefix = "arn:aws:iam::";
  if (!arn.starts_with(kPrefix)) return {};
  arn.remove_prefix(kPrefix.size());
  if (arn.starts_with(kAccountId)) arn.remove_prefix(kAccountId.size());
  return arn.starts_with(':') ? arn.substr(1) : std::string_view();
}

size_t Colons(std::string_view text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), ':'));
}

}  // namespace

std::string UserArn(std::string_view user) {
  return "arn:aws:iam::" + std::string(kAccountId) + ":user/" + std::string(user);
}

std::string RootArn() { return "arn:aws:iam::" + std::string(kAccountId) + ":root"; }

Result<PrincipalPattern> PrincipalPattern::Parse(const text::Json& value) {
  PrincipalPattern pattern;
  if (value.is_string() && value.as_string() == "*") {
    pattern.everybody_ = true;
    return pattern;
  }
  if (!value.is_object() || value.as_object().empty()) {
    return Fail(Code::kInvalidArgument, "must be \"*\" or an object such as {\"AWS\": [\"*\"]}");
  }
  for (const auto& [kind, names] : value.as_object()) {
    auto texts = StringOrList(names);
    if (!texts) return Fail(std::move(texts).error().Wrap(kind));
    for (const std::string& text : *texts) {
      Status added = pattern.Add(kind, text);
      if (!added) return Fail(std::move(added).error().Wrap(kind));
    }
  }
  return pattern;
}

Status PrincipalPattern::Add(const std::string& kind, const std::string& text) {
  if (kind == "AWS") return AddAws(text);
  if (kind == "CanonicalUser") {
    canonical_ids_.push_back(text);
    return {};
  }
  // Nobody here is a service or a foreign identity provider, so that such names match nobody.
  if (kind == "Service" || kind == "Federated") return {};
  return Fail(Code::kInvalidArgument,
              "is no kind of principal; use AWS, CanonicalUser, Federated or Service");
}

Status PrincipalPattern::AddAws(const std::string& text) {
  if (text == "*") {
    everybody_ = true;
    return {};
  }
  if (text.empty() || text.find_first_of("*?") != std::string::npos) {
    return Fail(Code::kInvalidArgument, "'" + text +
                                            "' must be a whole name: * stands alone, for "
                                            "everybody");
  }
  std::string_view local = AfterOwnAccount(text);
  constexpr std::string_view kUser = "user/";
  if (text == kAccountId || local == "root") {
    whole_account_ = true;
  } else if (local.starts_with(kUser) && local.size() > kUser.size()) {
    users_.emplace_back(local.substr(kUser.size()));
  } else if (!text.starts_with("arn:")) {
    // Another account's number, or a bare name as MinIO's policies have it.
    users_.push_back(text);
  } else if (Colons(text) >= 5) {
    arns_.push_back(text);
  } else {
    return Fail(Code::kInvalidArgument, "'" + text +
                                            "' is no principal; write the ARN of a user, such "
                                            "as " +
                                            UserArn("alice"));
  }
  return {};
}

bool PrincipalPattern::Matches(const PrincipalNames& who) const {
  if (everybody_) return true;
  if (!who.signed_in) return false;
  return whole_account_ || Contains(users_, who.user) || Contains(arns_, who.arn) ||
         Contains(arns_, who.session_arn) || Contains(canonical_ids_, who.canonical_id);
}

}  // namespace penstock::iam
