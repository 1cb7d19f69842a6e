// SPDX-License-Identifier: Apache-2.0
#include "base/encoding.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/object_headers.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"
#include "s3/request_bodies.h"

namespace penstock::s3 {

namespace {

base::Result<bool> WantsObjectLock(const net::Headers& headers) {
  std::string value = headers.GetOr("x-amz-bucket-object-lock-enabled", "false");
  if (base::EqualsIgnoreCase(value, "true")) return true;
  if (base::EqualsIgnoreCase(value, "false")) return false;
  return Refuse(code::kInvalidArgument,
                "x-amz-bucket-object-lock-enabled must be either 'true' or 'false'");
}

}  // namespace

// Any location is accepted: there is only this one, and clients send the one they are set up for.
base::Status CreateBucket(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(CheckCannedAcl(call.headers()));
  store::CreateBucketOptions options;
  PENSTOCK_TRY(options.object_lock, WantsObjectLock(call.headers()));
  PENSTOCK_TRY(std::string body, ReadSmallPayload(call.request, call.identity, kMaxXmlBytes));
  PENSTOCK_RETURN_IF_ERROR(ParseCreateBucketRequest(body));
  PENSTOCK_RETURN_IF_ERROR(call.store.CreateBucket(call.bucket(), options));
  net::Headers headers;
  headers.Add("Location", "/" + call.bucket());
  return SendEmpty(call, 200, headers);
}

}  // namespace penstock::s3
