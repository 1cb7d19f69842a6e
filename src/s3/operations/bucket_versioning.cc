// SPDX-License-Identifier: Apache-2.0
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"
#include "s3/request_bodies.h"

namespace penstock::s3 {

using base::Status;
using store::Versioning;

// No status: versioning has never been enabled.
Status GetBucketVersioning(Call& call) {
  PENSTOCK_TRY(auto bucket, call.store.GetBucket(call.bucket()));
  text::XmlWriter xml;
  xml.Open("VersioningConfiguration", kXmlns);
  if (bucket->versioning != Versioning::kOff) {
    xml.Text("Status", bucket->versioning == Versioning::kEnabled ? "Enabled" : "Suspended");
  }
  return SendXml(call, xml);
}

Status PutBucketVersioning(Call& call) {
  PENSTOCK_TRY(std::string body, ReadSmallPayload(call.request, call.identity, kMaxXmlBytes));
  PENSTOCK_TRY(Versioning wanted, ParseVersioningRequest(body));
  PENSTOCK_RETURN_IF_ERROR(
      call.store.UpdateBucket(call.bucket(), [&](store::BucketInfo& bucket) -> Status {
        if (bucket.object_lock && wanted == Versioning::kSuspended) {
          return Refuse(code::kInvalidBucketState,
                        "An Object Lock configuration is present on this bucket, so the versioning "
                        "state cannot be changed.");
        }
        bucket.versioning = wanted;
        return {};
      }));
  return SendEmpty(call, 200);
}

}  // namespace penstock::s3
