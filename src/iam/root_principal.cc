// SPDX-License-Identifier: Apache-2.0
#include "iam/root_principal.h"

#include "base/encoding.h"
#include "crypto/digest.h"

namespace penstock::iam {

PrincipalPtr RootPrincipal(AccessKey key) {
  auto principal = std::make_shared<Principal>();
  principal->key = std::move(key);
  principal->kind = PrincipalKind::kRoot;
  principal->arn = RootArn();
  principal->canonical_id = RootCanonicalId();
  principal->acts_as_root = true;
  return principal;
}

std::string RootCanonicalId() { return base::HexEncode(crypto::Sha256("penstock root")); }

// The issuer's length keeps two pairs from making one text.
std::string WebCanonicalId(std::string_view issuer, std::string_view subject) {
  return base::HexEncode(crypto::Sha256("penstock web identity " + std::to_string(issuer.size()) +
                                        " " + std::string(issuer) + std::string(subject)));
}

std::string RoleArn(std::string_view role) {
  return "arn:aws:iam::" + std::string(kAccountId) + ":role/" + std::string(role);
}

std::string SessionArn(std::string_view role, std::string_view session) {
  return "arn:aws:sts::" + std::string(kAccountId) + ":assumed-role/" + std::string(role) + "/" +
         std::string(session);
}

}  // namespace penstock::iam
