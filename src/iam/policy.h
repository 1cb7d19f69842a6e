// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iam/access_request.h"
#include "iam/principal_pattern.h"
#include "iam/statement.h"

namespace penstock::iam {

// What one policy says about a request.
enum class Effect { kNone, kAllow, kDeny };

// As AWS limits bucket policies.
inline constexpr size_t kMaxPolicyBytes = 20 * 1024;

// A policy in AWS's language, version 2012-10-17 (or 2008-10-17, which has no variables). Made
// once, then only read: thread-safe, and shared between all whom it is about.
class Policy {
 public:
  // kInvalidArgument, with the statement and the field in the message.
  static base::Result<Policy> Parse(std::string_view json, PolicyKind kind);

  // For identity policies: whose it is, is the caller's business.
  Effect Evaluate(const AccessRequest& request) const { return EvaluateFor({}, request); }
  // For resource policies: what it says about this caller.
  Effect EvaluateFor(const PrincipalNames& who, const AccessRequest& request) const;

  // Whether it allows something to everybody, wherever they come from (Amazon S3 user guide, "The
  // meaning of public"). For resource policies.
  bool IsPublic() const;
  // kInvalidArgument where a statement is about something else than the bucket or its objects.
  base::Status CheckIsAbout(std::string_view bucket) const;

  const std::string& text() const { return text_; }  // as it was given
  const std::vector<Statement>& statements() const { return statements_; }

 private:
  std::string text_;
  std::vector<Statement> statements_;
};

using PolicyPtr = std::shared_ptr<const Policy>;  // shared by principals and requests under way

// Policy::Parse for keeping.
base::Result<PolicyPtr> ParsePolicy(std::string_view json, PolicyKind kind);

}  // namespace penstock::iam
