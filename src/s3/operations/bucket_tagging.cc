// SPDX-License-Identifier: Apache-2.0
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"
#include "s3/tag_set.h"

namespace penstock::s3 {

using base::Status;

Status GetBucketTagging(Call& call) {
  PENSTOCK_TRY(auto bucket, call.store.GetBucket(call.bucket()));
  const std::string* document = bucket->FindSetting(store::setting::kTagging);
  if (document == nullptr) return Refuse(code::kNoSuchTagSet);
  return SendXmlText(call, *document);
}

// Kept as the document that reads answer with, tags in the client's order.
Status PutBucketTagging(Call& call) {
  PENSTOCK_TRY(std::string body, ReadSmallPayload(call.request, call.identity, kMaxTagXmlBytes));
  PENSTOCK_TRY(TagList tags, ParseTagging(body, kMaxBucketTags));
  text::XmlWriter xml;
  WriteTagging(tags, kXmlns, xml);
  std::string document = xml.Finish();
  PENSTOCK_RETURN_IF_ERROR(
      call.store.UpdateBucket(call.bucket(), [&](store::BucketInfo& bucket) -> Status {
        bucket.settings[std::string(store::setting::kTagging)] = document;
        return {};
      }));
  return SendEmpty(call, 204);
}

Status DeleteBucketTagging(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(
      call.store.UpdateBucket(call.bucket(), [&](store::BucketInfo& bucket) -> Status {
        bucket.settings.erase(std::string(store::setting::kTagging));
        return {};
      }));
  return SendEmpty(call, 204);
}

}  // namespace penstock::s3
