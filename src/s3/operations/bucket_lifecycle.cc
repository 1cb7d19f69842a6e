// SPDX-License-Identifier: Apache-2.0
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/lifecycle_document.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"
#include "s3/request_bodies.h"

namespace penstock::s3 {

using base::Status;

Status GetBucketLifecycle(Call& call) {
  PENSTOCK_TRY(auto bucket, call.store.GetBucket(call.bucket()));
  const std::string* document = bucket->FindSetting(store::setting::kLifecycle);
  if (document == nullptr) return Refuse(code::kNoSuchLifecycleConfiguration);
  return SendXmlText(call, *document);
}

Status PutBucketLifecycle(Call& call) {
  PENSTOCK_TRY(std::string body, ReadSmallPayload(call.request, call.identity, kMaxXmlBytes));
  PENSTOCK_TRY(std::string document, CompleteLifecycle(body));
  PENSTOCK_RETURN_IF_ERROR(
      call.store.UpdateBucket(call.bucket(), [&](store::BucketInfo& bucket) -> Status {
        bucket.settings[std::string(store::setting::kLifecycle)] = document;
        return {};
      }));
  return SendEmpty(call, 200);
}

Status DeleteBucketLifecycle(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(
      call.store.UpdateBucket(call.bucket(), [&](store::BucketInfo& bucket) -> Status {
        bucket.settings.erase(std::string(store::setting::kLifecycle));
        return {};
      }));
  return SendEmpty(call, 204);
}

}  // namespace penstock::s3
