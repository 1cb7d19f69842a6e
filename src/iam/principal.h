// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "iam/access_request.h"
#include "iam/grant.h"
#include "iam/policy.h"
#include "iam/principal_pattern.h"

namespace penstock::iam {

struct AccessKey {
  std::string access_key;
  std::string secret_key;
};

enum class PrincipalKind {
  kRoot,
  kUser,
  kServiceAccount,  // a further key of a user or of the root
  kTemporary,       // a session: of a user or the root, or of somebody an identity provider knows
  kTask,            // a running task of a pipeline
};

// Who is asking, with all that decides what they may do. Made when a key is looked up, then only
// read.
struct Principal {
  AccessKey key;
  PrincipalKind kind = PrincipalKind::kUser;
  std::string user;          // "" for the root, tasks, and sessions of nobody who is a user here
  std::string arn;           // the user's, the root's, or the role's of such a session
  std::string session_arn;   // of temporary keys
  std::string canonical_id;  // 64 hex digits: whose the objects are that it makes
  std::vector<std::string> groups;
  bool acts_as_root = false;         // the root's keys: everything is allowed, but for `narrowing`
  std::vector<PolicyPtr> policies;   // what one of these allows is allowed …
  std::vector<PolicyPtr> narrowing;  // … if each of these allows it too: session policies
  Grant grant;                       // of tasks
  std::string session_token;         // empty for lasting keys
  std::optional<base::Time> expires_at;
  std::map<std::string, ContextValues, std::less<>> claims;  // "jwt:sub" and so on

  PrincipalNames names() const { return {user, arn, session_arn, canonical_id, true}; }
};

using PrincipalPtr = std::shared_ptr<const Principal>;  // shared by the requests of one key

// The name to show for the owner of things: the user's, or "penstock" for the root.
std::string_view DisplayName(const Principal& principal);

// A request's context with what is known about the caller: aws:username, aws:userid,
// aws:PrincipalArn, aws:PrincipalType, aws:PrincipalAccount, aws:groups, and jwt: claims.
class PrincipalContext final : public RequestContext {
 public:
  // Null: an anonymous caller. Both must outlive this.
  PrincipalContext(const Principal* principal, const RequestContext& request)
      : principal_(principal), request_(request) {}

  ContextValues Find(std::string_view key) const override;

 private:
  const Principal* principal_;
  const RequestContext& request_;
};

}  // namespace penstock::iam
