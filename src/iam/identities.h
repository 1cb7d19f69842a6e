// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "iam/groups.h"
#include "iam/identity_core.h"
#include "iam/key_source.h"
#include "iam/policies.h"
#include "iam/service_accounts.h"
#include "iam/users.h"

namespace penstock::iam {

// Everybody who is known here besides the root and running tasks: users, their groups and policies,
// and service accounts. All of it is in memory; a lookup takes neither the storage nor a policy's
// parsing. Thread-safe.
class Identities final : public KeySource {
 public:
  // Reads all that is stored. The storage, the clock and the source of randomness must outlive it.
  // kFailedPrecondition where the root's secret is not the one that was used before, kDataLoss
  // where a document is damaged.
  static base::Result<std::unique_ptr<Identities>> Open(const AccessKey& root,
                                                        const std::string& previous_root_secret,
                                                        IdentityStorage& storage,
                                                        const base::Clock& clock,
                                                        base::Random& random);

  // Of users and service accounts.
  base::Result<PrincipalPtr> Find(std::string_view access_key,
                                  std::string_view session_token) const override;

  Users& users() { return users_; }
  Groups& groups() { return groups_; }
  Policies& policies() { return policies_; }
  ServiceAccounts& service_accounts() { return service_accounts_; }

  // The policies that exist of these names, for sessions of people who are no users here.
  std::vector<PolicyPtr> PoliciesNamed(const std::set<std::string>& names) const;
  // Grows with every change: what was derived before may be wrong now.
  uint64_t generation() const { return core_.generation.load(); }
  const IdentityKey& key() const { return core_.key; }

 private:
  Identities(const AccessKey& root, IdentityKey key, IdentityStorage& storage,
             const base::Clock& clock, base::Random& random);
  base::Status Load(const std::map<std::string, std::string>& documents);
  base::Status LoadOne(std::string_view kind, std::string_view name, std::string_view text);
  base::Result<PrincipalPtr> Lookup(const std::string& access_key) const;

  IdentityCore core_;
  Users users_{core_};
  Groups groups_{core_};
  Policies policies_{core_};
  ServiceAccounts service_accounts_{core_};
};

}  // namespace penstock::iam
