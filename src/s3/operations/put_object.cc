// SPDX-License-Identifier: Apache-2.0
#include "s3/checksum_names.h"
#include "s3/copy_source.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/object_headers.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"
#include "s3/preconditions.h"

namespace penstock::s3 {

base::Status PutObject(Call& call) {
  if (call.query.Has("partNumber")) {
    return Refuse(code::kInvalidArgument,
                  "This operation does not accept partNumber without upload-id");
  }
  PENSTOCK_RETURN_IF_ERROR(CheckWriteHeaders(call.headers()));
  store::PutOptions options;
  PENSTOCK_TRY(options.metadata, ParseObjectMetadata(call.headers()));
  PENSTOCK_TRY(options.attributes, ParseObjectAttributes(call.headers(), call.clock.Now()));
  options.condition = ParseWriteCondition(call.headers());
  PENSTOCK_TRY(auto payload, PayloadReader::Open(call.request, call.identity));
  if (!payload->length()) return Refuse(code::kMissingContentLength);
  if (*payload->length() > kMaxObjectPutBytes) return Refuse(code::kEntityTooLarge);
  options.checksums = [&]() -> base::Result<std::vector<store::ObjectChecksum>> {
    return payload->checksums();
  };
  PENSTOCK_TRY(store::ObjectInfo info,
               call.store.PutObject(call.bucket(), call.key(), *payload, options));
  net::Headers headers;
  headers.Add("ETag", "\"" + info.etag + "\"");
  AddChecksumHeaders(info.checksums, headers);
  AddWrittenVersion(info.version_id, headers);
  return SendEmpty(call, 200, headers);
}

}  // namespace penstock::s3
