// SPDX-License-Identifier: Apache-2.0
#include "s3/access/acl.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {
namespace {

using base::Result;
using enum AclPermission;
using enum GranteeKind;

constexpr std::pair<AclPermission, std::string_view> kPermissions[] = {
    {kRead, "READ"},
    {kWrite, "WRITE"},
    {kReadAcp, "READ_ACP"},
    {kWriteAcp, "WRITE_ACP"},
    {kFullControl, "FULL_CONTROL"}};

constexpr std::pair<GranteeKind, std::string_view> kGroups[] = {
    {kAllUsers, "http://acs.amazonaws.com/groups/global/AllUsers"},
    {kAuthenticatedUsers, "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"},
    {kLogDelivery, "http://acs.amazonaws.com/groups/s3/LogDelivery"}};

constexpr std::string_view kFormat = "1\n";
constexpr std::string_view kUserPrefix = "user:";

AclGrant ToGroup(GranteeKind group, AclPermission permission) { return {group, "", permission}; }
AclGrant ToUser(std::string_view user, AclPermission permission) {
  return {kUser, std::string(user), permission};
}

bool ToPublic(const AclGrant& grant) {
  return grant.grantee == kAllUsers || grant.grantee == kAuthenticatedUsers;
}

// "READ user:abc" or "READ http://…"
Result<AclGrant> ParseStoredGrant(std::string_view line) {
  size_t space = line.find(' ');
  auto permission = PermissionByName(line.substr(0, space));
  if (permission && space != std::string_view::npos) {
    std::string_view grantee = line.substr(space + 1);
    if (grantee.starts_with(kUserPrefix)) {
      return ToUser(grantee.substr(kUserPrefix.size()), *permission);
    }
    if (auto group = GroupByUri(grantee)) return ToGroup(*group, *permission);
  }
  return base::Fail(base::Code::kDataLoss, "a stored ACL has a line that is no grant");
}

}  // namespace

std::string_view PermissionName(AclPermission permission) {
  for (const auto& [known, name] : kPermissions) {
    if (known == permission) return name;
  }
  return {};
}

Result<AclPermission> PermissionByName(std::string_view name) {
  for (const auto& [known, known_name] : kPermissions) {
    if (known_name == name) return known;
  }
  return Refuse(code::kMalformedXml);
}

std::string_view GroupUri(GranteeKind group) {
  for (const auto& [known, uri] : kGroups) {
    if (known == group) return uri;
  }
  return {};
}

Result<GranteeKind> GroupByUri(std::string_view uri) {
  for (const auto& [known, known_uri] : kGroups) {
    if (known_uri == uri) return known;
  }
  return Refuse(code::kInvalidArgument, "Invalid group uri");
}

bool Acl::Allows(AclPermission permission, const AclCaller& caller, std::string_view owner,
                 bool groups) const {
  return std::any_of(grants.begin(), grants.end(), [&](const AclGrant& grant) {
    if (grant.permission != permission && grant.permission != kFullControl) return false;
    switch (grant.grantee) {
      case kUser:
        return caller.signed_in && grant.user == caller.user && grant.user != owner;
      case kAllUsers:
        return groups;
      case kAuthenticatedUsers:
        return groups && caller.signed_in;
      case kLogDelivery:
        return false;
    }
    return false;
  });
}

bool Acl::IsPublic() const { return std::any_of(grants.begin(), grants.end(), ToPublic); }

bool Acl::GrantsToOthers(std::string_view owner) const {
  return std::any_of(grants.begin(), grants.end(), [&](const AclGrant& grant) {
    return grant.grantee != kUser || grant.user != owner;
  });
}

Acl PrivateAcl(std::string_view owner) { return {{ToUser(owner, kFullControl)}}; }

Result<Acl> CannedAcl(std::string_view name, std::string_view owner,
                      std::string_view bucket_owner) {
  Acl acl;
  if (name == "public-read") {
    acl.grants = {ToGroup(kAllUsers, kRead)};
  } else if (name == "public-read-write") {
    acl.grants = {ToGroup(kAllUsers, kRead), ToGroup(kAllUsers, kWrite)};
  } else if (name == "authenticated-read") {
    acl.grants = {ToGroup(kAuthenticatedUsers, kRead)};
  } else if (name == "log-delivery-write") {
    acl.grants = {ToGroup(kLogDelivery, kWrite), ToGroup(kLogDelivery, kReadAcp)};
  } else if (name == "bucket-owner-read" || name == "bucket-owner-full-control") {
    if (owner != bucket_owner) {
      acl.grants = {ToUser(bucket_owner, name == "bucket-owner-read" ? kRead : kFullControl)};
    }
  } else if (name != "private" && name != "aws-exec-read") {
    return Refuse(code::kInvalidArgument, "'" + std::string(name) + "' is no canned ACL");
  }
  acl.grants.push_back(ToUser(owner, kFullControl));
  return acl;
}

std::string FormatAcl(const Acl& acl) {
  std::string text(kFormat);
  for (const AclGrant& grant : acl.grants) {
    text.append(PermissionName(grant.permission)).append(" ");
    if (grant.grantee == kUser) {
      text.append(kUserPrefix).append(grant.user);
    } else {
      text.append(GroupUri(grant.grantee));
    }
    text.append("\n");
  }
  return text;
}

Result<Acl> ParseStoredAcl(std::string_view text, std::string_view owner) {
  if (text.empty()) return PrivateAcl(owner);
  if (!text.starts_with(kFormat)) {
    return base::Fail(base::Code::kDataLoss, "a stored ACL is of an unknown format");
  }
  text.remove_prefix(kFormat.size());
  Acl acl;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    PENSTOCK_TRY(AclGrant grant, ParseStoredGrant(text.substr(0, end)));
    acl.grants.push_back(std::move(grant));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return acl;
}

}  // namespace penstock::s3
