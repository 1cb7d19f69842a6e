// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iam/identity_core.h"

namespace penstock::iam {

// Left out members are as said; {.parent = "alice"} is enough.
struct NewServiceAccount {
  std::string parent{};      // a user, or "" for the root
  std::string access_key{};  // made where ""
  std::string secret{};      // made where ""
  std::string policy{};      // JSON; "": it may do what its parent may
  std::string name{};
  std::string description{};
  std::optional<base::Time> expires_at{};
};

// What is left out stays as it is.
struct ServiceAccountChange {
  std::optional<std::string> secret;
  std::optional<std::string> policy;  // "": none any more
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::optional<bool> enabled;
  std::optional<std::optional<base::Time>> expires_at;  // nothing inside: never
};

// Further access keys of users and of the root. Changes are durable when they return. Thread-safe.
// What they return has the secret: show it only where it was made.
class ServiceAccounts {
 public:
  explicit ServiceAccounts(IdentityCore& core) : core_(core) {}

  base::Result<ServiceAccount> Get(std::string_view access_key) const;  // kNotFound
  // Those of one parent ("" for the root), or all.
  std::vector<ServiceAccount> List(const std::optional<std::string>& parent) const;
  // kNotFound (no_such_user), kAlreadyExists (name_taken), kInvalidArgument.
  base::Result<ServiceAccount> Add(const NewServiceAccount& account);
  // kNotFound (no_such_access_key), kInvalidArgument.
  base::Result<ServiceAccount> Change(const std::string& access_key,
                                      const ServiceAccountChange& change);
  base::Status Remove(const std::string& access_key);  // kNotFound

 private:
  base::Result<ServiceAccount> Store(ServiceAccount account);
  base::Status CheckExpiry(const std::optional<base::Time>& expires_at) const;

  IdentityCore& core_;
};

}  // namespace penstock::iam
