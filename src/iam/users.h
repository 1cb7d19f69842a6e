// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iam/identity_core.h"

namespace penstock::iam {

struct NewUser {
  std::string name;  // the access key
  std::string secret;
  std::set<std::string> policies;
  bool enabled = true;
};

// What is left out stays as it is.
struct UserChange {
  std::optional<std::string> secret;
  std::optional<bool> enabled;
  std::optional<std::set<std::string>> policies;
};

// A user as others may see it: without the secret.
struct UserInfo {
  std::string name;
  std::string arn;
  std::string canonical_id;
  bool enabled = true;
  std::set<std::string> policies;             // its own
  std::vector<std::string> groups;            // that it is a member of
  std::vector<std::string> service_accounts;  // access keys
  base::Time created_at;
  base::Time updated_at;
};

// Changes are durable when they return; requests that are signed with the user's keys afterwards
// see them. Thread-safe.
class Users {
 public:
  explicit Users(IdentityCore& core) : core_(core) {}

  base::Result<UserInfo> Get(std::string_view name) const;  // kNotFound (no_such_user)
  // The name of the user with that canonical id. Looks through all users.
  std::optional<std::string> NameOf(std::string_view canonical_id) const;
  // At most `most` users by name, behind the name `after`.
  std::vector<UserInfo> List(std::string_view after, size_t most) const;
  // kAlreadyExists (name_taken), kInvalidArgument, kNotFound (no_such_policy).
  base::Result<UserInfo> Add(const NewUser& user);
  // kNotFound (no_such_user, no_such_policy), kInvalidArgument.
  base::Result<UserInfo> Change(const std::string& name, const UserChange& change);
  // Attach adds to the policies that the user has, Detach takes from them. kNotFound
  // (no_such_user, no_such_policy); detaching what is not attached is no error.
  base::Result<UserInfo> Attach(const std::string& name, const std::set<std::string>& policies);
  base::Result<UserInfo> Detach(const std::string& name, const std::set<std::string>& policies);
  // With its service accounts and memberships; its sessions end. kNotFound.
  base::Status Remove(const std::string& name);

 private:
  base::Result<User> FindUser(const std::string& name) const;
  base::Result<UserInfo> Store(User user);

  IdentityCore& core_;
};

}  // namespace penstock::iam
