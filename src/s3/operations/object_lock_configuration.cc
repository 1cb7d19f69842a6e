// SPDX-License-Identifier: Apache-2.0
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/lock_documents.h"
#include "s3/lock_headers.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"

namespace penstock::s3 {

using base::Status;

Status GetObjectLockConfiguration(Call& call) {
  PENSTOCK_TRY(auto bucket, call.store.GetBucket(call.bucket()));
  if (!bucket->object_lock) return Refuse(code::kObjectLockConfigurationNotFoundError);
  text::XmlWriter xml;
  xml.Open("ObjectLockConfiguration", kXmlns).Text("ObjectLockEnabled", "Enabled");
  if (const auto& retention = bucket->default_retention) {
    xml.Open("Rule").Open("DefaultRetention").Text("Mode", RetentionModeName(retention->mode));
    if (retention->days > 0) {
      xml.Number("Days", static_cast<uint64_t>(retention->days));
    } else {
      xml.Number("Years", static_cast<uint64_t>(retention->years));
    }
    xml.Close().Close();
  }
  return SendXml(call, xml);
}

// Also turns object lock on, where the bucket was made without it and keeps versions.
Status PutObjectLockConfiguration(Call& call) {
  PENSTOCK_TRY(std::string body, ReadSmallPayload(call.request, call.identity, kMaxLockXmlBytes));
  PENSTOCK_TRY(auto retention, ParseLockConfiguration(body));
  PENSTOCK_RETURN_IF_ERROR(
      call.store.UpdateBucket(call.bucket(), [&](store::BucketInfo& bucket) -> Status {
        if (bucket.versioning != store::Versioning::kEnabled) {
          return Refuse(code::kInvalidBucketState,
                        "Versioning must be 'Enabled' on the bucket to apply a Object Lock "
                        "configuration");
        }
        bucket.object_lock = true;
        bucket.default_retention = retention;
        return {};
      }));
  return SendEmpty(call, 200);
}

}  // namespace penstock::s3
