// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "iam/identity_key.h"
#include "iam/policy.h"

namespace penstock::iam {

// A policy that users and groups can be given, by name.
struct NamedPolicy {
  std::string name;
  PolicyPtr policy;
  bool built_in = false;
  base::Time created_at;
  base::Time updated_at;
};

// Somebody with keys of his own. The name is the access key too.
struct User {
  std::string name;
  std::string secret;
  bool enabled = true;
  std::set<std::string> policies;
  std::string canonical_id;  // 64 hex digits, never changed, not taken again by another
  base::Time created_at;
  base::Time updated_at;
};

struct Group {
  std::string name;
  std::set<std::string> members;
  std::set<std::string> policies;
  bool enabled = true;
  base::Time updated_at;
};

// A further access key of a user, or of the root where `parent` is "": it may do what its parent
// may, or less where it has a policy of its own.
struct ServiceAccount {
  std::string access_key;
  std::string secret;
  std::string parent;
  PolicyPtr policy;  // null: as its parent
  std::string name;
  std::string description;
  bool enabled = true;
  std::optional<base::Time> expires_at;
  base::Time created_at;
};

// The documents they are kept as: "users/NAME" and so on, JSON, with sealed secrets. The key seals
// and opens them; errors name the document.
std::string DocumentName(const User& user);
std::string DocumentName(const Group& group);
std::string DocumentName(const NamedPolicy& policy);
std::string DocumentName(const ServiceAccount& account);

std::string FormatUser(const User& user, const IdentityKey& key, base::Random& random);
std::string FormatGroup(const Group& group);
std::string FormatNamedPolicy(const NamedPolicy& policy);
std::string FormatServiceAccount(const ServiceAccount& account, const IdentityKey& key,
                                 base::Random& random);

base::Result<User> ReadUser(std::string_view name, std::string_view text, const IdentityKey& key);
base::Result<Group> ReadGroup(std::string_view name, std::string_view text);
base::Result<NamedPolicy> ReadNamedPolicy(std::string_view name, std::string_view text);
base::Result<ServiceAccount> ReadServiceAccount(std::string_view access_key, std::string_view text,
                                                const IdentityKey& key);

}  // namespace penstock::iam
