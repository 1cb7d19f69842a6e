// SPDX-License-Identifier: Apache-2.0
#include "kfp/api_access.h"

#include "base/encoding.h"
#include "iam/caller_context.h"
#include "iam/decision.h"
#include "net/browser_guard.h"
#include "net/cookies.h"
#include "net/local_peer.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr std::string_view kBearer = "bearer ";

// The token of "Authorization: Bearer TOKEN"; the scheme's name is in any case (RFC 9110 11.1).
std::string_view BearerToken(std::string_view field) {
  if (!base::EqualsIgnoreCase(field.substr(0, kBearer.size()), kBearer)) return "";
  return base::Trim(field.substr(kBearer.size()));
}

iam::MapContext ContextOf(const net::Request& request, base::Time now) {
  return iam::CallerContext(request.peer, request.tls, request.head.headers.GetOr("user-agent", ""),
                            now);
}

bool Allows(const iam::Principal& who, std::string_view action, const iam::MapContext& context) {
  return iam::Decide(&who, nullptr, {action, "", context}) == iam::Decision::kAllowed;
}

}  // namespace

Result<iam::PrincipalPtr> ApiAccess::OfCookie(const net::Request& request) const {
  std::string id = net::FindCookie(request.head.headers, iam::kSessionCookie);
  if (id.empty()) {
    return Fail(Code::kUnauthenticated,
                "this server asks for credentials: send Authorization: Bearer TOKEN "
                "(kfp.Client(existing_token=…)), or sign in with the web app");
  }
  // Browsers send cookies with what a page on another port of this host asks for, too.
  if (!net::CameFromOwnPage(request.head)) {
    return Fail(Code::kUnauthenticated,
                "a browser's session does not count for pages of another origin");
  }
  iam::PrincipalPtr keys = services_.browsers.Find(id);
  auto now = keys ? services_.sessions.Find(keys->key.access_key, keys->session_token)
                  : Fail(Code::kUnauthenticated, "");
  if (now) return now;
  return Fail(Code::kUnauthenticated, "the session has ended; sign in again");
}

Result<iam::PrincipalPtr> ApiAccess::Authenticate(const net::Request& request) const {
  const std::string* field = request.head.headers.Find("authorization");
  if (field == nullptr) return OfCookie(request);
  std::string_view token = BearerToken(*field);
  if (token.empty()) {
    return Fail(Code::kUnauthenticated,
                "the Authorization field must be: Bearer TOKEN, with a token of `penstock admin "
                "token create` or of the identity provider");
  }
  return services_.tokens.Find(token);
}

base::Status ApiAccess::Check(const iam::Principal& who, std::string_view action,
                              const net::Request& request) const {
  if (Allows(who, action, ContextOf(request, services_.clock.Now()))) return {};
  return Fail(Code::kPermissionDenied,
              CallerName(who) + " is not allowed " + std::string(action) +
                  "; a policy with that action has to be attached, such as pipelinesDeveloper");
}

std::vector<std::string_view> ApiAccess::Allowed(const iam::Principal& who,
                                                 const std::vector<std::string_view>& actions,
                                                 const net::Request& request) const {
  iam::MapContext context = ContextOf(request, services_.clock.Now());
  std::vector<std::string_view> allowed;
  for (std::string_view action : actions) {
    if (Allows(who, action, context)) allowed.push_back(action);
  }
  return allowed;
}

bool ApiAccess::MayReadMetrics(const net::Request& request) const {
  const std::string* field = request.head.headers.Find("authorization");
  if (field == nullptr) return net::CameFromThisMachine(request);
  return !services_.metrics_token.empty() &&
         base::ConstantTimeEquals(BearerToken(*field), services_.metrics_token);
}

std::string CallerName(const iam::Principal& who) {
  if (!who.user.empty() || who.acts_as_root) return std::string(iam::DisplayName(who));
  for (const char* claim : {"jwt:preferred_username", "jwt:sub"}) {
    auto found = who.claims.find(claim);
    if (found != who.claims.end() && !found->second.empty()) return found->second.front();
  }
  return who.arn;
}

}  // namespace penstock::kfp
