// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "s3/call.h"

// One function for each operation of the S3 API, each in a file of its own. The caller has been
// authenticated and has the permission that operation_table.cc names. An error returned before the
// response has started becomes an error document; one returned later breaks the response off.
namespace penstock::s3 {

base::Status ListBuckets(Call& call);  // shows what the caller may see

base::Status CreateBucket(Call& call);
base::Status HeadBucket(Call& call);
base::Status DeleteBucket(Call& call);
base::Status GetBucketLocation(Call& call);
base::Status GetBucketVersioning(Call& call);
base::Status PutBucketVersioning(Call& call);
base::Status GetObjectLockConfiguration(Call& call);
base::Status PutObjectLockConfiguration(Call& call);
base::Status GetBucketTagging(Call& call);
base::Status PutBucketTagging(Call& call);
base::Status DeleteBucketTagging(Call& call);
base::Status ListObjects(Call& call);
base::Status ListObjectsV2(Call& call);
base::Status ListObjectVersions(Call& call);
base::Status ListMultipartUploads(Call& call);
base::Status GetBucketEncryption(Call& call);
base::Status PutBucketEncryption(Call& call);
base::Status DeleteBucketEncryption(Call& call);
base::Status GetBucketLifecycle(Call& call);
base::Status PutBucketLifecycle(Call& call);
base::Status DeleteBucketLifecycle(Call& call);
base::Status DeleteObjects(Call& call);  // judges each key's permission itself

base::Status PutObject(Call& call);
base::Status GetObject(Call& call);  // and HeadObject
base::Status DeleteObject(Call& call);
base::Status CopyObject(Call& call);  // judges the permission on the source itself
base::Status CreateMultipartUpload(Call& call);
base::Status UploadPart(Call& call);
base::Status UploadPartCopy(Call& call);  // judges the permission on the source itself
base::Status CompleteMultipartUpload(Call& call);
base::Status AbortMultipartUpload(Call& call);
base::Status ListParts(Call& call);
base::Status GetObjectAttributes(Call& call);
base::Status GetObjectTagging(Call& call);
base::Status PutObjectTagging(Call& call);
base::Status DeleteObjectTagging(Call& call);
base::Status GetObjectRetention(Call& call);
base::Status PutObjectRetention(Call& call);
base::Status GetObjectLegalHold(Call& call);
base::Status PutObjectLegalHold(Call& call);

base::Status GetBucketAcl(Call& call);
base::Status PutBucketAcl(Call& call);
base::Status GetObjectAcl(Call& call);
base::Status PutObjectAcl(Call& call);
base::Status GetBucketPolicy(Call& call);
base::Status PutBucketPolicy(Call& call);
base::Status DeleteBucketPolicy(Call& call);
base::Status GetBucketPolicyStatus(Call& call);
base::Status GetPublicAccessBlock(Call& call);
base::Status PutPublicAccessBlock(Call& call);
base::Status DeletePublicAccessBlock(Call& call);
base::Status GetBucketOwnershipControls(Call& call);
base::Status PutBucketOwnershipControls(Call& call);
base::Status DeleteBucketOwnershipControls(Call& call);
base::Status GetBucketCors(Call& call);
base::Status PutBucketCors(Call& call);
base::Status DeleteBucketCors(Call& call);

// Sub-resources that clients ask for and that this store does not keep: whether the query names
// one (and what reading or writing it is called in policies), and the answer to that.
std::optional<std::string_view> UnofferedBucketAction(const text::Query& query, bool reads);
bool IsUnofferedObjectPart(const text::Query& query);
base::Status AnswerUnofferedBucketPart(Call& call);
base::Status AnswerUnofferedObjectPart(Call& call);

base::Status GetBucketNotification(Call& call);
base::Status PutBucketNotification(Call& call);
base::Status ListenBucketNotification(Call& call);
base::Status ListenNotification(Call& call);  // of all buckets

}  // namespace penstock::s3
