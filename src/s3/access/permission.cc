// SPDX-License-Identifier: Apache-2.0
#include "s3/access/permission.h"

#include <algorithm>
#include <utility>

#include "s3/access/acl_document.h"
#include "s3/access/owners.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {
namespace {

using base::Status;

constexpr std::pair<std::string_view, std::string_view> kVersionActions[] = {
    {"s3:GetObject", "s3:GetObjectVersion"},
    {"s3:DeleteObject", "s3:DeleteObjectVersion"},
    {"s3:GetObjectAcl", "s3:GetObjectVersionAcl"},
    {"s3:PutObjectAcl", "s3:PutObjectVersionAcl"},
    {"s3:GetObjectAttributes", "s3:GetObjectVersionAttributes"},
    {"s3:GetObjectTagging", "s3:GetObjectVersionTagging"},
    {"s3:PutObjectTagging", "s3:PutObjectVersionTagging"},
    {"s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"}};

// What else a writer must be allowed, where it sends the header.
constexpr std::pair<std::string_view, std::string_view> kHeaderActions[] = {
    {"x-amz-tagging", "s3:PutObjectTagging"},
    {"x-amz-object-lock-mode", "s3:PutObjectRetention"},
    {"x-amz-object-lock-retain-until-date", "s3:PutObjectRetention"},
    {"x-amz-object-lock-legal-hold", "s3:PutObjectLegalHold"}};

// Canned ACLs that open nothing to anybody but the two owners.
bool OpensSomething(const net::Headers& headers) {
  if (!HasAclHeaders(headers)) return false;
  std::string canned = headers.GetOr("x-amz-acl", "");
  return canned != "private" && canned != "bucket-owner-full-control" &&
         canned != "bucket-owner-read";
}

// Whoever may write by the bucket's ACL may also say what tags his object is to have, and who else
// may read it: policies have actions for these, ACLs have not.
Status RequireOfWriter(Call& call, std::string_view action) {
  Status allowed = call.gate.Require(action, TargetOf(call));
  bool by_acl = action == "s3:PutObjectTagging" || action == "s3:PutObjectAcl";
  if (!allowed && by_acl && call.gate.BucketAclAllows(AclPermission::kWrite, call.bucket())) {
    return {};
  }
  return allowed;
}

Status CheckWriteObject(Call& call) {
  for (const auto& [header, action] : kHeaderActions) {
    if (call.headers().Has(header)) PENSTOCK_RETURN_IF_ERROR(RequireOfWriter(call, action));
  }
  if (!OpensSomething(call.headers())) return {};
  return RequireOfWriter(call, "s3:PutObjectAcl");
}

// Tasks may know of a bucket of which they may not list everything.
Status CheckHeadBucket(Call& call) {
  const iam::Principal* who = call.gate.principal();
  bool task = who != nullptr && who->kind == iam::PrincipalKind::kTask;
  return call.gate.Require(task ? "s3:HeadBucket" : "s3:ListBucket", TargetOf(call));
}

// Guards against a bucket that somebody else has made under a name that the caller takes for his.
Status CheckExpectedOwner(Call& call, std::string_view header, std::string_view bucket) {
  const std::string* expected = call.headers().Find(header);
  if (expected == nullptr || bucket.empty()) return {};
  PENSTOCK_TRY(auto info, call.gate.Bucket(bucket));
  if (*expected == CanonicalId(info->owner) || *expected == iam::kAccountId) return {};
  return Refuse(code::kAccessDenied);
}

// Where the former part of the copy source's path ends, its bucket does.
std::string_view SourceBucket(const net::Headers& headers) {
  const std::string* source = headers.Find("x-amz-copy-source");
  if (source == nullptr) return {};
  std::string_view path = *source;
  if (path.starts_with('/')) path.remove_prefix(1);
  return path.substr(0, path.find('/'));
}

}  // namespace

AccessTarget TargetOf(const Call& call) {
  const std::string* version = call.query.Find("versionId");
  return {call.bucket(), call.key(), version == nullptr ? std::string_view() : *version};
}

std::string_view VersionAction(std::string_view action, const AccessTarget& target) {
  if (target.version_id.empty()) return action;
  for (const auto& [plain, of_version] : kVersionActions) {
    if (plain == action) return of_version;
  }
  return action;
}

Status CheckPermission(const Operation& operation, Call& call) {
  if (operation.name == "HeadBucket") {
    PENSTOCK_RETURN_IF_ERROR(CheckHeadBucket(call));
  } else if (!operation.action.empty()) {
    AccessTarget target = TargetOf(call);
    PENSTOCK_RETURN_IF_ERROR(call.gate.Require(VersionAction(operation.action, target), target));
  }
  if (operation.action == "s3:PutObject") PENSTOCK_RETURN_IF_ERROR(CheckWriteObject(call));
  if (operation.name == "GetObjectAttributes") {
    AccessTarget target = TargetOf(call);
    PENSTOCK_RETURN_IF_ERROR(call.gate.Require(VersionAction("s3:GetObject", target), target));
  }
  PENSTOCK_RETURN_IF_ERROR(CheckExpectedOwner(call, "x-amz-expected-bucket-owner", call.bucket()));
  return CheckExpectedOwner(call, "x-amz-source-expected-bucket-owner",
                            SourceBucket(call.headers()));
}

Status RequireOfNewBucket(Call& call) {
  AccessTarget target = TargetOf(call);
  const net::Headers& headers = call.headers();
  if (headers.GetOr("x-amz-bucket-object-lock-enabled", "false") != "false") {
    PENSTOCK_RETURN_IF_ERROR(call.gate.Require("s3:PutBucketObjectLockConfiguration", target));
    PENSTOCK_RETURN_IF_ERROR(call.gate.Require("s3:PutBucketVersioning", target));
  }
  if (headers.Has("x-amz-object-ownership")) {
    PENSTOCK_RETURN_IF_ERROR(call.gate.Require("s3:PutBucketOwnershipControls", target));
  }
  if (!OpensSomething(headers)) return {};
  return call.gate.Require("s3:PutBucketAcl", target);
}

base::Error HideMissing(const Operation& operation, Call& call, base::Error error) {
  const std::string& method = call.request.head.method;
  bool reads = method == "GET" || method == "HEAD";
  if (!reads || call.key().empty() || operation.name == "ListParts" ||
      ToWireError(error).code != code::kNoSuchKey) {
    return error;
  }
  if (call.gate.MayKnowMissing(TargetOf(call))) return error;
  return Refuse(code::kAccessDenied).value();
}

}  // namespace penstock::s3
