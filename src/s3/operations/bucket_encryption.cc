// SPDX-License-Identifier: Apache-2.0
#include "s3/bucket_encryption.h"

#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"

namespace penstock::s3 {

using base::Status;

Status GetBucketEncryption(Call& call) {
  PENSTOCK_TRY(auto bucket, call.store.GetBucket(call.bucket()));
  const std::string* document = bucket->FindSetting(store::setting::kEncryption);
  if (document == nullptr) return Refuse(code::kServerSideEncryptionConfigurationNotFoundError);
  return SendXmlText(call, *document);
}

// A key that is not there yet is taken, as S3 takes it: writes are refused until it is made.
Status PutBucketEncryption(Call& call) {
  PENSTOCK_TRY(std::string body,
               ReadSmallPayload(call.request, call.identity, kMaxEncryptionXmlBytes));
  PENSTOCK_TRY(BucketEncryption encryption, ParseBucketEncryption(body));
  std::string document = FormatBucketEncryption(encryption);
  PENSTOCK_RETURN_IF_ERROR(
      call.store.UpdateBucket(call.bucket(), [&](store::BucketInfo& bucket) -> Status {
        bucket.settings[std::string(store::setting::kEncryption)] = document;
        return {};
      }));
  return SendEmpty(call, 200);
}

Status DeleteBucketEncryption(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(
      call.store.UpdateBucket(call.bucket(), [&](store::BucketInfo& bucket) -> Status {
        bucket.settings.erase(std::string(store::setting::kEncryption));
        return {};
      }));
  return SendEmpty(call, 204);
}

}  // namespace penstock::s3
