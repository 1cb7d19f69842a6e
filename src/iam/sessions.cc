// SPDX-License-Identifier: Apache-2.0
#include "iam/sessions.h"

#include <algorithm>
#include <optional>

#include "iam/key_letters.h"
#include "iam/root_principal.h"
#include "text/json.h"

namespace penstock::iam {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using text::Json;

constexpr std::string_view kPurpose = "penstock session token";
constexpr std::string_view kWebRole = "web-identity";
constexpr size_t kMostOpened = 1000;

Json ListOf(const ContextValues& values) {
  Json list{Json::Array{}};
  for (const std::string& value : values) list.Append(value);
  return list;
}

ContextValues ValuesOf(const Json& list) {
  ContextValues values;
  if (!list.is_array()) return values;
  for (const Json& value : list.as_array()) {
    if (value.is_string()) values.push_back(value.as_string());
  }
  return values;
}

tl::unexpected<base::Error> Ended() {
  return Fail(Code::kUnauthenticated, kWrongToken,
              "the session has ended: whose it was is gone or disabled, or the token is none");
}

}  // namespace

// What a token holds. One without a parent is of somebody whom only the identity provider knows.
struct Sessions::Contents {
  std::string secret;
  std::string name;
  base::Time expires_at;
  std::string policy;        // "": none
  std::string parent;        // the lasting access key
  std::string canonical_id;  // its owner's; another user of the same name is not meant
  std::set<std::string> policies;
  std::map<std::string, ContextValues, std::less<>> claims;

  std::string Format() const {
    Json document;
    document["s"] = secret;
    document["n"] = name;
    document["e"] = base::ToMicros(expires_at);
    if (!policy.empty()) document["p"] = policy;
    document["k"] = parent;
    document["i"] = canonical_id;
    document["r"] = ListOf({policies.begin(), policies.end()});
    document["c"] = Json(Json::Object{});
    for (const auto& [key, values] : claims) document["c"][key] = ListOf(values);
    return text::FormatJson(document);
  }

  static Result<Contents> Read(std::string_view text) {
    PENSTOCK_TRY(Json document, text::ParseJson(text));
    Contents contents;
    contents.secret = document.StringOr("s", "");
    contents.name = document.StringOr("n", "");
    contents.expires_at = base::FromMicros(document.IntegerOr("e", 0));
    contents.policy = document.StringOr("p", "");
    contents.parent = document.StringOr("k", "");
    contents.canonical_id = document.StringOr("i", "");
    if (const Json* names = document.Find("r")) {
      for (std::string& name : ValuesOf(*names)) contents.policies.insert(std::move(name));
    }
    const Json* claims = document.Find("c");
    if (claims != nullptr && claims->is_object()) {
      for (const auto& [key, values] : claims->as_object()) contents.claims[key] = ValuesOf(values);
    }
    return contents;
  }
};

Result<PrincipalPtr> Sessions::Assume(const Principal& caller, const Request& request) {
  if (!caller.session_token.empty()) {
    return Fail(Code::kPermissionDenied,
                "temporary keys cannot assume a role; use the lasting keys they came from");
  }
  Contents contents;
  contents.parent = caller.key.access_key;
  contents.canonical_id = caller.canonical_id;
  return Issue(std::move(contents), request);
}

Result<PrincipalPtr> Sessions::AssumeWithWebIdentity(const WebIdentity& identity,
                                                     const Request& request) {
  PENSTOCK_TRY(Contents contents, ContentsOf(identity));
  return Issue(std::move(contents), request);
}

Result<PrincipalPtr> Sessions::Of(const WebIdentity& identity) const {
  PENSTOCK_TRY(Contents contents, ContentsOf(identity));
  contents.name = identity.subject;
  PENSTOCK_TRY(PrincipalPtr made, MakeWebSession(contents));
  auto principal = std::make_shared<Principal>(*made);
  principal->kind = PrincipalKind::kTemporary;
  return principal;
}

Result<Sessions::Contents> Sessions::ContentsOf(const WebIdentity& identity) const {
  if (identities_.PoliciesNamed(identity.policies).empty()) {
    std::string names;
    for (const std::string& name : identity.policies) names += " '" + name + "'";
    return Fail(Code::kPermissionDenied,
                "none of the policies exists that the token names:" + names);
  }
  Contents contents;
  contents.policies = identity.policies;
  contents.claims = identity.claims;
  // The same for every session of this person.
  contents.canonical_id = WebCanonicalId(identity.issuer, identity.subject);
  return contents;
}

Result<PrincipalPtr> Sessions::Issue(Contents contents, const Request& request) {
  if (request.policy.size() > kMaxSessionPolicyBytes) {
    return Fail(Code::kInvalidArgument, "a session policy has at most " +
                                            std::to_string(kMaxSessionPolicyBytes) + " bytes");
  }
  std::string access_key = NewAccessKey(random_);
  contents.secret = NewSecretKey(random_);
  contents.policy = request.policy;
  contents.name = request.name.empty() ? access_key : request.name;
  contents.expires_at = clock_.Now() + request.lifetime;
  std::string token = identities_.key().Seal(kPurpose, access_key, contents.Format(), random_);
  PENSTOCK_TRY(PrincipalPtr made, MakePrincipal(contents, token));
  auto principal = std::make_shared<Principal>(*made);
  principal->key.access_key = std::move(access_key);
  return principal;
}

Result<Sessions::Contents> Sessions::OpenToken(std::string_view access_key,
                                               std::string_view token) const {
  auto text = identities_.key().Unseal(kPurpose, access_key, token);
  if (!text) return Ended();
  return Contents::Read(*text);
}

Result<PrincipalPtr> Sessions::MakePrincipal(const Contents& contents,
                                             std::string_view token) const {
  PENSTOCK_TRY(PrincipalPtr base,
               contents.parent.empty() ? MakeWebSession(contents) : MakeUserSession(contents));
  auto principal = std::make_shared<Principal>(*base);
  if (!contents.policy.empty()) {
    PENSTOCK_TRY(PolicyPtr policy, ParsePolicy(contents.policy, PolicyKind::kIdentity));
    principal->narrowing.push_back(std::move(policy));
  }
  principal->kind = PrincipalKind::kTemporary;
  principal->key = {"", contents.secret};
  principal->session_token = token;
  principal->expires_at = contents.expires_at;
  // No longer than the service account it came from.
  if (base->expires_at) principal->expires_at = std::min(*base->expires_at, contents.expires_at);
  return principal;
}

Result<PrincipalPtr> Sessions::MakeUserSession(const Contents& contents) const {
  PrincipalPtr parent;
  if (contents.parent == root_.access_key) {
    parent = RootPrincipal(root_);
  } else {
    auto found = identities_.Find(contents.parent, "");
    if (!found) return Ended();
    parent = *std::move(found);
  }
  if (parent->canonical_id != contents.canonical_id) return Ended();
  auto session = std::make_shared<Principal>(*parent);
  session->session_arn =
      SessionArn(parent->user.empty() ? std::string_view("root") : parent->user, contents.name);
  return session;
}

Result<PrincipalPtr> Sessions::MakeWebSession(const Contents& contents) const {
  auto session = std::make_shared<Principal>();
  session->arn = RoleArn(kWebRole);
  session->session_arn = SessionArn(kWebRole, contents.name);
  session->canonical_id = contents.canonical_id;
  session->policies = identities_.PoliciesNamed(contents.policies);
  session->claims = contents.claims;
  return session;
}

Result<PrincipalPtr> Sessions::Find(std::string_view access_key,
                                    std::string_view session_token) const {
  if (session_token.empty()) {
    return Fail(Code::kUnauthenticated, kUnknownKey, "no such access key");
  }
  std::string token(session_token);
  uint64_t generation = identities_.generation();
  PrincipalPtr principal = Known(token, generation);
  if (!principal) {
    PENSTOCK_TRY(Contents contents, OpenToken(access_key, session_token));
    PENSTOCK_TRY(PrincipalPtr made, MakePrincipal(contents, session_token));
    auto named = std::make_shared<Principal>(*made);
    named->key.access_key = access_key;
    principal = std::move(named);
    Remember(token, generation, principal);
  }
  if (principal->key.access_key != access_key) return Ended();
  if (*principal->expires_at <= clock_.Now()) {
    return Fail(Code::kUnauthenticated, kExpiredKey, "the session has expired");
  }
  return principal;
}

PrincipalPtr Sessions::Known(const std::string& token, uint64_t generation) const {
  std::lock_guard lock(mutex_);
  auto found = opened_.find(token);
  bool current = found != opened_.end() && found->second.first == generation;
  return current ? found->second.second : nullptr;
}

void Sessions::Remember(const std::string& token, uint64_t generation,
                        PrincipalPtr principal) const {
  std::lock_guard lock(mutex_);
  if (opened_.size() >= kMostOpened) opened_.clear();
  opened_[token] = {generation, std::move(principal)};
}

}  // namespace penstock::iam
