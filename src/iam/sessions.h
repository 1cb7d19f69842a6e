// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "iam/identities.h"
#include "iam/key_source.h"
#include "iam/oidc_provider.h"
#include "iam/principal.h"

namespace penstock::iam {

// As AWS limits session policies.
inline constexpr size_t kMaxSessionPolicyBytes = 2048;

// Temporary keys for users, the root and people whom an identity provider knows. Everything about a
// session is sealed into its token, so that nothing is stored, sessions outlive a restart, and any
// number of them costs nothing. What a session may do is looked up anew: it ends with the user it
// belongs to, and follows changes of its policies. Thread-safe.
class Sessions final : public KeySource {
 public:
  struct Request {
    base::Duration lifetime{};
    std::string policy;  // JSON that narrows; "": none
    std::string name;    // of the session; "": its access key
  };

  // All must outlive it. The root's key is that whose sessions act as the root.
  Sessions(AccessKey root, const Identities& identities, const base::Clock& clock,
           base::Random& random)
      : root_(std::move(root)), identities_(identities), clock_(clock), random_(random) {}

  // A session of whoever has these lasting keys. kInvalidArgument for a wrong policy,
  // kPermissionDenied for temporary keys.
  base::Result<PrincipalPtr> Assume(const Principal& caller, const Request& request);
  // A session of somebody with a proven token. kPermissionDenied where none of the policies exists.
  base::Result<PrincipalPtr> AssumeWithWebIdentity(const WebIdentity& identity,
                                                   const Request& request);

  // Who is meant by a proven token, for one request that came with it; has no keys.
  // kPermissionDenied as above.
  base::Result<PrincipalPtr> Of(const WebIdentity& identity) const;

  // Only keys with a session token are its business.
  base::Result<PrincipalPtr> Find(std::string_view access_key,
                                  std::string_view session_token) const override;

 private:
  struct Contents;

  base::Result<Contents> ContentsOf(const WebIdentity& identity) const;
  base::Result<PrincipalPtr> Issue(Contents contents, const Request& request);
  base::Result<Contents> OpenToken(std::string_view access_key, std::string_view token) const;
  base::Result<PrincipalPtr> MakePrincipal(const Contents& contents, std::string_view token) const;
  base::Result<PrincipalPtr> MakeUserSession(const Contents& contents) const;
  base::Result<PrincipalPtr> MakeWebSession(const Contents& contents) const;
  PrincipalPtr Known(const std::string& token, uint64_t generation) const;
  void Remember(const std::string& token, uint64_t generation, PrincipalPtr principal) const;

  const AccessKey root_;
  const Identities& identities_;
  const base::Clock& clock_;
  base::Random& random_;

  // Opening a token and parsing its policy takes longer than all the rest of a decision.
  mutable std::mutex mutex_;
  mutable std::unordered_map<std::string, std::pair<uint64_t, PrincipalPtr>> opened_;
};

}  // namespace penstock::iam
