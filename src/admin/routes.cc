// SPDX-License-Identifier: Apache-2.0
#include "admin/routes.h"

#include <algorithm>

#include "admin/operations.h"
#include "text/url.h"

namespace penstock::admin {
namespace {

using base::Code;
using base::Fail;
using Params = std::map<std::string, std::string, std::less<>>;

// Permissions have the names that S3's policies have, or that MinIO's administrators know.
constexpr Route kRoutes[] = {
    {"GET", "/info", "admin:ServerInfo", GetServerInfo},
    {"GET", "/statistics", "admin:ServerInfo", GetStatistics},
    {"GET", "/configuration", "admin:ServerInfo", GetConfiguration},
    {"GET", "/usage-history", "admin:ServerInfo", GetUsageHistory},
    // What one may do oneself, and whether a policy would be understood, is told to whoever asks.
    {"GET", "/permissions", "", ListPermissions},
    {"POST", "/policy-check", "", CheckPolicy},
    {"GET", "/trace", "admin:ServerTrace", nullptr, StreamTrace},

    {"GET", "/buckets", "s3:ListAllMyBuckets", ListBuckets},
    {"PUT", "/buckets/{bucket}", "s3:CreateBucket", CreateBucket},
    {"GET", "/buckets/{bucket}", "admin:ServerInfo", GetBucket},
    {"DELETE", "/buckets/{bucket}", "s3:DeleteBucket", DeleteBucket},
    {"PUT", "/buckets/{bucket}/versioning", "s3:PutBucketVersioning", SetBucketVersioning},
    {"PUT", "/buckets/{bucket}/lock", "s3:PutBucketObjectLockConfiguration", SetBucketLock},
    {"GET", "/buckets/{bucket}/inventory", "admin:BucketInventory", ListInventory},
    {"GET", "/buckets/{bucket}/quota", "admin:GetBucketQuota", GetBucketQuota},
    {"PUT", "/buckets/{bucket}/quota", "admin:SetBucketQuota", SetBucketQuota},
    {"DELETE", "/buckets/{bucket}/quota", "admin:SetBucketQuota", ClearBucketQuota},

    {"GET", "/users", "admin:ListUsers", ListUsers},
    {"PUT", "/users/{access_key}", "admin:CreateUser", CreateUser},
    {"GET", "/users/{access_key}", "admin:GetUser", GetUser},
    {"PATCH", "/users/{access_key}", "admin:CreateUser", ChangeUser},
    {"DELETE", "/users/{access_key}", "admin:DeleteUser", DeleteUser},
    {"POST", "/users/{access_key}/policies", "admin:AttachUserOrGroupPolicy", AttachUserPolicies},
    {"DELETE", "/users/{access_key}/policies", "admin:AttachUserOrGroupPolicy", DetachUserPolicies},

    {"GET", "/groups", "admin:ListGroups", ListGroups},
    {"GET", "/groups/{group}", "admin:GetGroup", GetGroup},
    {"PATCH", "/groups/{group}", "admin:EnableGroup", ChangeGroup},
    {"DELETE", "/groups/{group}", "admin:RemoveUserFromGroup", DeleteGroup},
    {"POST", "/groups/{group}/members", "admin:AddUserToGroup", AddGroupMembers},
    {"DELETE", "/groups/{group}/members", "admin:RemoveUserFromGroup", RemoveGroupMembers},
    {"POST", "/groups/{group}/policies", "admin:AttachUserOrGroupPolicy", AttachGroupPolicies},
    {"DELETE", "/groups/{group}/policies", "admin:AttachUserOrGroupPolicy", DetachGroupPolicies},

    {"GET", "/policies", "admin:ListUserPolicies", ListPolicies},
    {"GET", "/policies/{policy}", "admin:GetPolicy", GetPolicy},
    {"PUT", "/policies/{policy}", "admin:CreatePolicy", PutPolicy},
    {"DELETE", "/policies/{policy}", "admin:DeletePolicy", DeletePolicy},

    {"GET", "/access-keys", "admin:ListServiceAccounts", ListAccessKeys},
    {"POST", "/access-keys", "admin:CreateServiceAccount", CreateAccessKey},
    {"GET", "/access-keys/{access_key}", "admin:ListServiceAccounts", GetAccessKey},
    {"PATCH", "/access-keys/{access_key}", "admin:UpdateServiceAccount", ChangeAccessKey},
    {"DELETE", "/access-keys/{access_key}", "admin:RemoveServiceAccount", DeleteAccessKey},

    {"POST", "/tokens", "admin:CreateServiceAccount", CreateToken},

    {"GET", "/encryption-keys", "admin:KMSListKeys", ListEncryptionKeys},
    {"PUT", "/encryption-keys/{key}", "admin:KMSCreateKey", CreateEncryptionKey},
    {"GET", "/encryption-keys/{key}", "admin:KMSKeyStatus", GetEncryptionKey},
    {"PATCH", "/encryption-keys/{key}", "admin:KMSCreateKey", ChangeEncryptionKey},
    {"POST", "/encryption-keys/{key}/versions", "admin:KMSCreateKey", RotateEncryptionKey},
    {"POST", "/master-key/versions", "admin:KMSCreateKey", RotateMasterKey},

    {"GET", "/drives", "admin:StorageInfo", ListDrives},
    {"POST", "/heal", "admin:Heal", StartHeal},
    {"POST", "/drives/{position}/offline", "admin:Heal", TakeDriveOffline},
    {"POST", "/drives/{position}/online", "admin:Heal", BringDriveOnline},
};

// Cuts the first segment off: "/a/b" gives "a" and leaves "/b".
std::string_view CutSegment(std::string_view& path) {
  path.remove_prefix(1);
  size_t end = std::min(path.find('/'), path.size());
  std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

// Fills `params`, still encoded, where the pattern fits.
bool Fits(std::string_view pattern, std::string_view path, Params& params) {
  while (pattern.starts_with('/') && path.starts_with('/')) {
    std::string_view wanted = CutSegment(pattern);
    std::string_view segment = CutSegment(path);
    if (wanted.starts_with('{')) {
      if (segment.empty()) return false;
      params[std::string(wanted.substr(1, wanted.size() - 2))] = segment;
    } else if (wanted != segment) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

}  // namespace

void ForEachPermission(const std::function<void(std::string_view, bool)>& see) {
  for (const Route& route : kRoutes) {
    if (route.permission.empty()) continue;
    see(route.permission, route.pattern.find("{bucket}") != std::string_view::npos);
  }
}

base::Result<RouteMatch> FindRoute(std::string_view method, std::string_view path) {
  const std::string full(path);
  path.remove_prefix(std::min(kPathPrefix.size(), path.size()));
  bool known = false;
  for (const Route& route : kRoutes) {
    Params params;
    if (!Fits(route.pattern, path, params)) continue;
    known = true;
    if (route.method != method) continue;
    for (auto& [name, value] : params) {
      PENSTOCK_TRY(value, text::PercentDecode(value));
    }
    return RouteMatch{&route, std::move(params)};
  }
  if (known) {
    return Fail(Code::kUnimplemented, full + " does not take " + std::string(method));
  }
  return Fail(
      Code::kNotFound, "no_such_path",
      full + " is not a path of this server's admin API; is the server older than the client?");
}

}  // namespace penstock::admin
