// SPDX-License-Identifier: Apache-2.0
#include "s3/checksum_names.h"
#include "s3/copy_source.h"
#include "s3/encryption_headers.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/operations/multipart.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"

namespace penstock::s3 {

base::Status UploadPart(Call& call) {
  PENSTOCK_TRY(int number, PartNumberOf(call));
  PENSTOCK_TRY(store::UploadInfo upload,
               call.store.GetUpload(call.bucket(), call.key(), UploadIdOf(call)));
  PENSTOCK_TRY(auto payload,
               PayloadReader::Open(call.request, call.identity, {.checksum = upload.checksum}));
  if (!payload->length()) return Refuse(code::kMissingContentLength);
  if (*payload->length() > kMaxObjectPutBytes) return Refuse(code::kEntityTooLarge);
  store::PartOptions options;
  PENSTOCK_TRY(options.customer_key, ParseCustomerKey(call.request));
  options.checksums = [&]() -> base::Result<std::vector<store::ObjectChecksum>> {
    return payload->checksums();
  };
  PENSTOCK_TRY(store::PartInfo part, call.store.PutPart(call.bucket(), call.key(), UploadIdOf(call),
                                                        number, *payload, options));
  net::Headers headers;
  headers.Add("ETag", "\"" + part.etag + "\"");
  for (const store::ObjectChecksum& checksum : part.checksums) {
    headers.Add(ChecksumHeader(checksum.kind), checksum.value);
  }
  AddEncryptionHeaders(part.encryption, headers);
  return SendEmpty(call, 200, headers);
}

}  // namespace penstock::s3
