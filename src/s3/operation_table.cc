// SPDX-License-Identifier: Apache-2.0
#include "s3/operation_table.h"

#include <algorithm>
#include <optional>

#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/operations/bucket_inventory.h"
#include "s3/operations/operations.h"

namespace penstock::s3 {
namespace {

enum class Level { kService, kBucket, kObject };

// A row answers requests of its method and level that have its parameter ("" for none). The first
// row that fits wins, so that rows with a parameter come before those without.
struct Row {
  Level level;
  std::string_view method;
  std::string_view parameter;
  std::string_view header;  // must be there, where not ""
  Operation operation;
};

constexpr Row kRows[] = {
    {Level::kService,
     "GET",
     "events",
     "",
     {"ListenNotification", "s3:ListenNotification", ListenNotification}},
    {Level::kService, "GET", "", "", {"ListBuckets", "", ListBuckets}},

    {Level::kBucket,
     "GET",
     "location",
     "",
     {"GetBucketLocation", "s3:GetBucketLocation", GetBucketLocation}},
    {Level::kBucket,
     "GET",
     "versioning",
     "",
     {"GetBucketVersioning", "s3:GetBucketVersioning", GetBucketVersioning}},
    {Level::kBucket,
     "PUT",
     "versioning",
     "",
     {"PutBucketVersioning", "s3:PutBucketVersioning", PutBucketVersioning}},
    {Level::kBucket,
     "GET",
     "object-lock",
     "",
     {"GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration",
      GetObjectLockConfiguration}},
    {Level::kBucket,
     "PUT",
     "object-lock",
     "",
     {"PutObjectLockConfiguration", "s3:PutBucketObjectLockConfiguration",
      PutObjectLockConfiguration}},
    {Level::kBucket,
     "GET",
     "tagging",
     "",
     {"GetBucketTagging", "s3:GetBucketTagging", GetBucketTagging}},
    {Level::kBucket,
     "PUT",
     "tagging",
     "",
     {"PutBucketTagging", "s3:PutBucketTagging", PutBucketTagging}},
    {Level::kBucket,
     "DELETE",
     "tagging",
     "",
     {"DeleteBucketTagging", "s3:PutBucketTagging", DeleteBucketTagging}},
    {Level::kBucket,
     "GET",
     "versions",
     "",
     {"ListObjectVersions", "s3:ListBucketVersions", ListObjectVersions}},
    {Level::kBucket,
     "GET",
     "uploads",
     "",
     {"ListMultipartUploads", "s3:ListBucketMultipartUploads", ListMultipartUploads}},
    {Level::kBucket, "GET", "acl", "", {"GetBucketAcl", "s3:GetBucketAcl", GetBucketAcl}},
    {Level::kBucket, "PUT", "acl", "", {"PutBucketAcl", "s3:PutBucketAcl", PutBucketAcl}},
    {Level::kBucket,
     "GET",
     "lifecycle",
     "",
     {"GetBucketLifecycle", "s3:GetLifecycleConfiguration", GetBucketLifecycle}},
    {Level::kBucket,
     "PUT",
     "lifecycle",
     "",
     {"PutBucketLifecycle", "s3:PutLifecycleConfiguration", PutBucketLifecycle}},
    {Level::kBucket,
     "DELETE",
     "lifecycle",
     "",
     {"DeleteBucketLifecycle", "s3:PutLifecycleConfiguration", DeleteBucketLifecycle}},
    {Level::kBucket,
     "GET",
     "inventory",
     "",
     {"GetBucketInventoryConfiguration", "s3:GetInventoryConfiguration", GetBucketInventory}},
    {Level::kBucket,
     "PUT",
     "inventory",
     "",
     {"PutBucketInventoryConfiguration", "s3:PutInventoryConfiguration", PutBucketInventory}},
    {Level::kBucket,
     "DELETE",
     "inventory",
     "",
     {"DeleteBucketInventoryConfiguration", "s3:PutInventoryConfiguration", DeleteBucketInventory}},
    {Level::kBucket,
     "GET",
     "encryption",
     "",
     {"GetBucketEncryption", "s3:GetEncryptionConfiguration", GetBucketEncryption}},
    {Level::kBucket,
     "PUT",
     "encryption",
     "",
     {"PutBucketEncryption", "s3:PutEncryptionConfiguration", PutBucketEncryption}},
    {Level::kBucket,
     "DELETE",
     "encryption",
     "",
     {"DeleteBucketEncryption", "s3:PutEncryptionConfiguration", DeleteBucketEncryption}},
    {Level::kBucket,
     "GET",
     "policy",
     "",
     {"GetBucketPolicy", "s3:GetBucketPolicy", GetBucketPolicy}},
    {Level::kBucket,
     "PUT",
     "policy",
     "",
     {"PutBucketPolicy", "s3:PutBucketPolicy", PutBucketPolicy}},
    {Level::kBucket,
     "DELETE",
     "policy",
     "",
     {"DeleteBucketPolicy", "s3:DeleteBucketPolicy", DeleteBucketPolicy}},
    {Level::kBucket,
     "GET",
     "policyStatus",
     "",
     {"GetBucketPolicyStatus", "s3:GetBucketPolicyStatus", GetBucketPolicyStatus}},
    {Level::kBucket,
     "GET",
     "notification",
     "",
     {"GetBucketNotificationConfiguration", "s3:GetBucketNotification", GetBucketNotification}},
    {Level::kBucket,
     "PUT",
     "notification",
     "",
     {"PutBucketNotificationConfiguration", "s3:PutBucketNotification", PutBucketNotification}},
    {Level::kBucket,
     "GET",
     "events",
     "",
     {"ListenBucketNotification", "s3:ListenBucketNotification", ListenBucketNotification}},
    {Level::kBucket, "GET", "cors", "", {"GetBucketCors", "s3:GetBucketCORS", GetBucketCors}},
    {Level::kBucket, "PUT", "cors", "", {"PutBucketCors", "s3:PutBucketCORS", PutBucketCors}},
    {Level::kBucket,
     "DELETE",
     "cors",
     "",
     {"DeleteBucketCors", "s3:PutBucketCORS", DeleteBucketCors}},
    {Level::kBucket,
     "GET",
     "publicAccessBlock",
     "",
     {"GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock", GetPublicAccessBlock}},
    {Level::kBucket,
     "PUT",
     "publicAccessBlock",
     "",
     {"PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock", PutPublicAccessBlock}},
    {Level::kBucket,
     "DELETE",
     "publicAccessBlock",
     "",
     {"DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock", DeletePublicAccessBlock}},
    {Level::kBucket,
     "GET",
     "ownershipControls",
     "",
     {"GetBucketOwnershipControls", "s3:GetBucketOwnershipControls", GetBucketOwnershipControls}},
    {Level::kBucket,
     "PUT",
     "ownershipControls",
     "",
     {"PutBucketOwnershipControls", "s3:PutBucketOwnershipControls", PutBucketOwnershipControls}},
    {Level::kBucket,
     "DELETE",
     "ownershipControls",
     "",
     {"DeleteBucketOwnershipControls", "s3:PutBucketOwnershipControls",
      DeleteBucketOwnershipControls}},
    {Level::kBucket, "POST", "delete", "", {"DeleteObjects", "", DeleteObjects}},
    {Level::kBucket, "GET", "list-type", "", {"ListObjectsV2", "s3:ListBucket", ListObjectsV2}},
    {Level::kBucket, "GET", "", "", {"ListObjects", "s3:ListBucket", ListObjects}},
    {Level::kBucket, "HEAD", "", "", {"HeadBucket", "s3:ListBucket", HeadBucket}},
    {Level::kBucket, "PUT", "", "", {"CreateBucket", "", CreateBucket}},
    {Level::kBucket, "DELETE", "", "", {"DeleteBucket", "s3:DeleteBucket", DeleteBucket}},

    {Level::kObject,
     "GET",
     "uploadId",
     "",
     {"ListParts", "s3:ListMultipartUploadParts", ListParts}},
    {Level::kObject,
     "PUT",
     "uploadId",
     "x-amz-copy-source",
     {"UploadPartCopy", "s3:PutObject", UploadPartCopy}},
    {Level::kObject, "PUT", "uploadId", "", {"UploadPart", "s3:PutObject", UploadPart}},
    {Level::kObject,
     "POST",
     "uploadId",
     "",
     {"CompleteMultipartUpload", "s3:PutObject", CompleteMultipartUpload}},
    {Level::kObject,
     "POST",
     "uploads",
     "",
     {"CreateMultipartUpload", "s3:PutObject", CreateMultipartUpload}},
    {Level::kObject,
     "DELETE",
     "uploadId",
     "",
     {"AbortMultipartUpload", "s3:AbortMultipartUpload", AbortMultipartUpload}},
    {Level::kObject, "GET", "acl", "", {"GetObjectAcl", "s3:GetObjectAcl", GetObjectAcl}},
    {Level::kObject, "PUT", "acl", "", {"PutObjectAcl", "s3:PutObjectAcl", PutObjectAcl}},
    {Level::kObject,
     "GET",
     "attributes",
     "",
     {"GetObjectAttributes", "s3:GetObjectAttributes", GetObjectAttributes}},
    {Level::kObject,
     "GET",
     "tagging",
     "",
     {"GetObjectTagging", "s3:GetObjectTagging", GetObjectTagging}},
    {Level::kObject, "PUT", "tagging", "", {"PutObjectTagging", "", PutObjectTagging}},
    {Level::kObject,
     "DELETE",
     "tagging",
     "",
     {"DeleteObjectTagging", "s3:DeleteObjectTagging", DeleteObjectTagging}},
    {Level::kObject,
     "GET",
     "retention",
     "",
     {"GetObjectRetention", "s3:GetObjectRetention", GetObjectRetention}},
    {Level::kObject, "PUT", "retention", "", {"PutObjectRetention", "", PutObjectRetention}},
    {Level::kObject,
     "GET",
     "legal-hold",
     "",
     {"GetObjectLegalHold", "s3:GetObjectLegalHold", GetObjectLegalHold}},
    {Level::kObject, "PUT", "legal-hold", "", {"PutObjectLegalHold", "", PutObjectLegalHold}},
    {Level::kObject, "GET", "", "", {"GetObject", "s3:GetObject", GetObject}},
    {Level::kObject, "HEAD", "", "", {"HeadObject", "s3:GetObject", GetObject}},
    {Level::kObject, "PUT", "", "x-amz-copy-source", {"CopyObject", "s3:PutObject", CopyObject}},
    {Level::kObject, "PUT", "", "", {"PutObject", "s3:PutObject", PutObject}},
    {Level::kObject, "DELETE", "", "", {"DeleteObject", "s3:DeleteObject", DeleteObject}},
};

Level LevelOf(const RequestAddress& address) {
  if (address.bucket.empty()) return Level::kService;
  return address.key.empty() ? Level::kBucket : Level::kObject;
}

// Configurations that are kept nowhere.
std::optional<Operation> FindUnoffered(Level level, const std::string& method,
                                       const text::Query& query) {
  bool reads = method == "GET" || method == "HEAD";
  if (level == Level::kBucket) {
    auto action = UnofferedBucketAction(query, reads);
    if (!action) return std::nullopt;
    return Operation{reads ? "GetBucketConfiguration" : "PutBucketConfiguration", *action,
                     AnswerUnofferedBucketPart};
  }
  if (level == Level::kObject && IsUnofferedObjectPart(query)) {
    return Operation{reads ? "GetObjectConfiguration" : "PutObjectConfiguration",
                     reads ? "s3:GetObject" : "s3:PutObject", AnswerUnofferedObjectPart};
  }
  return std::nullopt;
}

}  // namespace

// The version of a listing is a matter of form.
bool IsSubresource(std::string_view parameter) {
  return !parameter.empty() && parameter != "list-type" &&
         std::any_of(std::begin(kRows), std::end(kRows),
                     [&](const Row& row) { return row.parameter == parameter; });
}

base::Result<Operation> FindOperation(const net::RequestHead& head, const RequestAddress& address,
                                      const text::Query& query) {
  Level level = LevelOf(address);
  std::optional<Operation> unoffered = FindUnoffered(level, head.method, query);
  bool names_other_method = false;
  for (const Row& row : kRows) {
    if (row.level != level) continue;
    bool plain = row.parameter.empty();
    if (plain && (unoffered || names_other_method)) break;
    if (!plain && !query.Has(row.parameter)) continue;
    if (row.method == head.method && (row.header.empty() || head.headers.Has(row.header))) {
      return row.operation;
    }
    if (!plain) names_other_method = true;
  }
  if (unoffered) return *unoffered;
  return Refuse(code::kMethodNotAllowed);
}

}  // namespace penstock::s3
