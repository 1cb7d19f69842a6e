// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iam/access_request.h"
#include "iam/condition.h"
#include "iam/glob.h"
#include "iam/principal_pattern.h"
#include "iam/value_pattern.h"
#include "text/json.h"

namespace penstock::iam {

// Where a policy is attached, which decides what its statements have: those of an identity (a
// user, a group, a session) name no principal, those of a resource (a bucket) must.
enum class PolicyKind { kIdentity, kResource };

// One statement of a policy (IAM JSON policy reference, "Policy elements").
class Statement {
 public:
  // Messages name the field.
  static base::Result<Statement> Parse(const text::Json& value, PolicyKind kind);

  // Whether the statement speaks about this request. `who` is read where it names principals.
  bool Applies(const AccessRequest& request, const PrincipalNames& who) const;

  bool allows() const { return allows_; }
  bool AllowsEverybody() const;
  // Whether it allows all but those it names, which S3 does not take.
  bool AllowsAllBut() const { return allows_ && not_principal_; }
  const std::string& sid() const { return sid_; }
  const std::vector<ValuePattern>& resources() const { return resources_; }
  bool excludes_resources() const { return not_resource_; }

 private:
  base::Status ReadMember(const std::string& name, const text::Json& value, PolicyKind kind);
  base::Status ReadActions(const text::Json& value);
  base::Status ReadResources(const text::Json& value);
  base::Status ReadPrincipal(const text::Json& value, PolicyKind kind);
  base::Status CheckComplete(PolicyKind kind);
  bool CoversAction(std::string_view action) const;
  bool CoversResource(const AccessRequest& request) const;

  std::string sid_;
  std::optional<bool> effect_;
  bool allows_ = false;
  bool not_action_ = false;
  bool not_resource_ = false;
  bool not_principal_ = false;
  std::vector<Glob> actions_;  // lower case
  bool only_without_resource_ = false;
  std::vector<ValuePattern> resources_;
  std::optional<PrincipalPattern> principal_;
  std::vector<Condition> conditions_;
};

}  // namespace penstock::iam
