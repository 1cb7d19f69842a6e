// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iam/identity_core.h"

namespace penstock::iam {

// Groups of users, who may do what the policies of an enabled group allow. Changes are durable when
// they return. Thread-safe.
class Groups {
 public:
  explicit Groups(IdentityCore& core) : core_(core) {}

  base::Result<Group> Get(std::string_view name) const;  // kNotFound (no_such_group)
  std::vector<Group> List() const;                       // by name
  // Adds members, and makes the group where there is none. kNotFound (no_such_user).
  base::Result<Group> AddMembers(const std::string& name, const std::set<std::string>& members);
  // kNotFound (no_such_group); who is no member is none already.
  base::Result<Group> RemoveMembers(const std::string& name, const std::set<std::string>& members);
  base::Result<Group> SetEnabled(const std::string& name, bool enabled);  // kNotFound
  // kNotFound (no_such_group, no_such_policy); as Users'.
  base::Result<Group> Attach(const std::string& name, const std::set<std::string>& policies);
  base::Result<Group> Detach(const std::string& name, const std::set<std::string>& policies);
  // kNotFound; kFailedPrecondition (group_not_empty).
  base::Status Remove(const std::string& name);

 private:
  base::Result<Group> Store(Group group);

  IdentityCore& core_;
};

}  // namespace penstock::iam
