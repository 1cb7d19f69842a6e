// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iam/identity_core.h"

namespace penstock::iam {

// The named policies: built-in ones (readwrite, readonly, writeonly, diagnostics, consoleAdmin) and
// those that administrators wrote. Changes are durable when they return. Thread-safe.
class Policies {
 public:
  explicit Policies(IdentityCore& core) : core_(core) {}

  // kNotFound (no_such_policy).
  base::Result<NamedPolicy> Get(std::string_view name) const;
  std::vector<NamedPolicy> List() const;  // by name
  // Makes the policy or replaces it. kInvalidArgument for a wrong name or text,
  // kFailedPrecondition (built_in_policy).
  base::Status Put(const std::string& name, std::string_view text);
  // kNotFound; kFailedPrecondition (built_in_policy; policy_in_use while a user or group has it).
  base::Status Remove(const std::string& name);
  // Names of the users and groups that have it: "user alice", "group dev".
  std::vector<std::string> HoldersOf(std::string_view name) const;

 private:
  IdentityCore& core_;
};

// The built-in ones, ready for a state.
std::vector<NamedPolicy> BuiltInPolicies();

}  // namespace penstock::iam
