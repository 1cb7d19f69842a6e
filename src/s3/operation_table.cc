// SPDX-License-Identifier: Apache-2.0
#include "s3/operation_table.h"

#include "s3/error_codes.h"
#include "s3/error_map.h"
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

using enum Permission;

constexpr Row kRows[] = {
    {Level::kService, "GET", "", "", {"ListBuckets", kSignedIn, ListBuckets}},

    {Level::kBucket, "GET", "location", "", {"GetBucketLocation", kKnowBucket, GetBucketLocation}},
    {Level::kBucket,
     "GET",
     "versioning",
     "",
     {"GetBucketVersioning", kKnowBucket, GetBucketVersioning}},
    {Level::kBucket, "PUT", "versioning", "", {"PutBucketVersioning", kWrite, PutBucketVersioning}},
    {Level::kBucket,
     "GET",
     "object-lock",
     "",
     {"GetObjectLockConfiguration", kRead, GetObjectLockConfiguration}},
    {Level::kBucket,
     "PUT",
     "object-lock",
     "",
     {"PutObjectLockConfiguration", kWrite, PutObjectLockConfiguration}},
    {Level::kBucket, "GET", "tagging", "", {"GetBucketTagging", kRead, GetBucketTagging}},
    {Level::kBucket, "PUT", "tagging", "", {"PutBucketTagging", kWrite, PutBucketTagging}},
    {Level::kBucket, "DELETE", "tagging", "", {"DeleteBucketTagging", kWrite, DeleteBucketTagging}},
    {Level::kBucket, "GET", "versions", "", {"ListObjectVersions", kList, ListObjectVersions}},
    {Level::kBucket, "GET", "uploads", "", {"ListMultipartUploads", kList, ListMultipartUploads}},
    {Level::kBucket, "GET", "acl", "", {"GetBucketAcl", kRead, GetAcl}},
    {Level::kBucket, "PUT", "acl", "", {"PutBucketAcl", kWrite, PutAcl}},
    {Level::kBucket, "GET", "lifecycle", "", {"GetBucketLifecycle", kRead, GetBucketLifecycle}},
    {Level::kBucket, "PUT", "lifecycle", "", {"PutBucketLifecycle", kWrite, PutBucketLifecycle}},
    {Level::kBucket,
     "DELETE",
     "lifecycle",
     "",
     {"DeleteBucketLifecycle", kWrite, DeleteBucketLifecycle}},
    {Level::kBucket, "POST", "delete", "", {"DeleteObjects", kJudgedByItself, DeleteObjects}},
    {Level::kBucket, "GET", "list-type", "", {"ListObjectsV2", kList, ListObjectsV2}},
    {Level::kBucket, "GET", "", "", {"ListObjects", kList, ListObjects}},
    {Level::kBucket, "HEAD", "", "", {"HeadBucket", kKnowBucket, HeadBucket}},
    {Level::kBucket, "PUT", "", "", {"CreateBucket", kWrite, CreateBucket}},
    {Level::kBucket, "DELETE", "", "", {"DeleteBucket", kWrite, DeleteBucket}},
    {Level::kBucket, "POST", "", "", {"PostObject", kWrite, RefusePostForm}},

    {Level::kObject, "GET", "uploadId", "", {"ListParts", kWrite, ListParts}},
    {Level::kObject,
     "PUT",
     "uploadId",
     "x-amz-copy-source",
     {"UploadPartCopy", kWrite, UploadPartCopy}},
    {Level::kObject, "PUT", "uploadId", "", {"UploadPart", kWrite, UploadPart}},
    {Level::kObject,
     "POST",
     "uploadId",
     "",
     {"CompleteMultipartUpload", kWrite, CompleteMultipartUpload}},
    {Level::kObject,
     "POST",
     "uploads",
     "",
     {"CreateMultipartUpload", kWrite, CreateMultipartUpload}},
    {Level::kObject,
     "DELETE",
     "uploadId",
     "",
     {"AbortMultipartUpload", kWrite, AbortMultipartUpload}},
    {Level::kObject, "GET", "acl", "", {"GetObjectAcl", kRead, GetAcl}},
    {Level::kObject, "PUT", "acl", "", {"PutObjectAcl", kWrite, PutAcl}},
    {Level::kObject, "GET", "attributes", "", {"GetObjectAttributes", kRead, GetObjectAttributes}},
    {Level::kObject, "GET", "tagging", "", {"GetObjectTagging", kRead, GetObjectTagging}},
    {Level::kObject, "PUT", "tagging", "", {"PutObjectTagging", kWrite, PutObjectTagging}},
    {Level::kObject, "DELETE", "tagging", "", {"DeleteObjectTagging", kWrite, DeleteObjectTagging}},
    {Level::kObject, "GET", "retention", "", {"GetObjectRetention", kRead, GetObjectRetention}},
    {Level::kObject, "PUT", "retention", "", {"PutObjectRetention", kWrite, PutObjectRetention}},
    {Level::kObject, "GET", "legal-hold", "", {"GetObjectLegalHold", kRead, GetObjectLegalHold}},
    {Level::kObject, "PUT", "legal-hold", "", {"PutObjectLegalHold", kWrite, PutObjectLegalHold}},
    {Level::kObject, "GET", "", "", {"GetObject", kRead, GetObject}},
    {Level::kObject, "HEAD", "", "", {"HeadObject", kRead, GetObject}},
    {Level::kObject, "PUT", "", "x-amz-copy-source", {"CopyObject", kWrite, CopyObject}},
    {Level::kObject, "PUT", "", "", {"PutObject", kWrite, PutObject}},
    {Level::kObject, "DELETE", "", "", {"DeleteObject", kWrite, DeleteObject}},
};

Level LevelOf(const RequestAddress& address) {
  if (address.bucket.empty()) return Level::kService;
  return address.key.empty() ? Level::kBucket : Level::kObject;
}

// Configurations that are kept nowhere; the permission is that of the method.
const Operation* FindUnoffered(Level level, const std::string& method, const text::Query& query) {
  static constexpr Operation kBucketRead{"GetBucketConfiguration", kRead,
                                         AnswerUnofferedBucketPart};
  static constexpr Operation kBucketWrite{"PutBucketConfiguration", kWrite,
                                          AnswerUnofferedBucketPart};
  static constexpr Operation kObjectRead{"GetObjectConfiguration", kRead,
                                         AnswerUnofferedObjectPart};
  static constexpr Operation kObjectWrite{"PutObjectConfiguration", kWrite,
                                          AnswerUnofferedObjectPart};
  bool reads = method == "GET" || method == "HEAD";
  if (level == Level::kBucket && IsUnofferedBucketPart(query)) {
    return reads ? &kBucketRead : &kBucketWrite;
  }
  if (level == Level::kObject && IsUnofferedObjectPart(query)) {
    return reads ? &kObjectRead : &kObjectWrite;
  }
  return nullptr;
}

base::Status Require(bool allowed) {
  if (allowed) return {};
  return Refuse(code::kAccessDenied);
}

}  // namespace

base::Result<Operation> FindOperation(const net::RequestHead& head, const RequestAddress& address,
                                      const text::Query& query) {
  Level level = LevelOf(address);
  const Operation* unoffered = FindUnoffered(level, head.method, query);
  bool names_other_method = false;
  for (const Row& row : kRows) {
    if (row.level != level) continue;
    bool plain = row.parameter.empty();
    if (plain && (unoffered != nullptr || names_other_method)) break;
    if (!plain && !query.Has(row.parameter)) continue;
    if (row.method == head.method && (row.header.empty() || head.headers.Has(row.header))) {
      return row.operation;
    }
    if (!plain) names_other_method = true;
  }
  if (unoffered != nullptr) return *unoffered;
  if (head.method == "OPTIONS") return Refuse(code::kAccessForbidden);
  return Refuse(code::kMethodNotAllowed);
}

base::Status CheckPermission(Permission permission, const iam::Grant& grant,
                             const RequestAddress& address, const text::Query& query) {
  switch (permission) {
    case kSignedIn:
      return {};
    case kJudgedByItself:
      return {};
    case kKnowBucket:
      return Require(iam::AllowsSomethingIn(grant, address.bucket));
    case kList:
      return Require(iam::AllowsListing(grant, address.bucket, query.GetOr("prefix", "")));
    case kRead:
      return Require(iam::Allows(grant, iam::Access::kRead, address.bucket, address.key));
    case kWrite:
      return Require(iam::Allows(grant, iam::Access::kWrite, address.bucket, address.key));
  }
  return Refuse(code::kAccessDenied);
}

}  // namespace penstock::s3
