// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::s3 {

// What an ACL can grant (Amazon S3 user guide, "Access control list (ACL) overview").
enum class AclPermission { kRead, kWrite, kReadAcp, kWriteAcp, kFullControl };

std::string_view PermissionName(AclPermission permission);  // "READ_ACP"
base::Result<AclPermission> PermissionByName(std::string_view name);

enum class GranteeKind { kUser, kAllUsers, kAuthenticatedUsers, kLogDelivery };

// "http://acs.amazonaws.com/groups/global/AllUsers"; only of groups.
std::string_view GroupUri(GranteeKind group);
// InvalidArgument where there is no such group.
base::Result<GranteeKind> GroupByUri(std::string_view uri);

struct AclGrant {
  GranteeKind grantee = GranteeKind::kUser;
  std::string user;  // of kUser: the canonical id
  AclPermission permission = AclPermission::kFullControl;

  friend bool operator==(const AclGrant&, const AclGrant&) = default;
};

// Who is asking, as far as ACLs tell people apart.
struct AclCaller {
  bool signed_in = false;
  std::string_view user;  // the canonical id
};

// The grants of a bucket or an object, in the order in which they are shown.
struct Acl {
  std::vector<AclGrant> grants;

  // Whether the caller was given the permission by somebody: what an owner grants to himself does
  // not count, since what owners may do is their policies' business. `groups` says whether grants
  // to all users, or to all who have signed in, count.
  bool Allows(AclPermission permission, const AclCaller& caller, std::string_view owner,
              bool groups) const;
  // Whether it grants anything to all users, or to all who have signed in.
  bool IsPublic() const;
  // Whether it grants anything to somebody else than the owner.
  bool GrantsToOthers(std::string_view owner) const;

  friend bool operator==(const Acl&, const Acl&) = default;
};

inline constexpr size_t kMaxAclGrants = 100;  // as in AWS

// Full control for the owner, and nothing else: what holds where no ACL was ever set.
Acl PrivateAcl(std::string_view owner);

// The ACL that a name such as "public-read" stands for; InvalidArgument where there is none of that
// name. `bucket_owner` matters to ACLs of objects only.
base::Result<Acl> CannedAcl(std::string_view name, std::string_view owner,
                            std::string_view bucket_owner);

// As it is stored: a line "1", then one for each grant. An empty text is the private ACL.
std::string FormatAcl(const Acl& acl);
// kDataLoss where the text is none of ours.
base::Result<Acl> ParseStoredAcl(std::string_view text, std::string_view owner);

}  // namespace penstock::s3
