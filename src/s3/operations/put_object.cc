// SPDX-License-Identifier: Apache-2.0
#include "s3/operations/put_object.h"

#include "s3/access/object_access.h"
#include "s3/announce.h"
#include "s3/checksum_names.h"
#include "s3/copy_source.h"
#include "s3/encryption_headers.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/extract/extract_archive.h"
#include "s3/lifecycle_headers.h"
#include "s3/object_headers.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"
#include "s3/preconditions.h"

namespace penstock::s3 {

base::Result<StoredObject> StoreObject(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(CheckWriteHeaders(call.headers()));
  store::PutOptions options;
  PENSTOCK_TRY(options.metadata, ParseObjectMetadata(call.headers()));
  PENSTOCK_TRY(options.attributes, ParseObjectAttributes(call.headers(), call.clock.Now()));
  PENSTOCK_RETURN_IF_ERROR(TakeOwnerAndAcl(call, options.attributes));
  PENSTOCK_TRY(options.encryption, EncryptionOfWrite(call));
  options.condition = ParseWriteCondition(call.headers());
  PENSTOCK_TRY(auto payload, PayloadReader::Open(call.request, call.identity));
  options.checksums = [&]() -> base::Result<std::vector<store::ObjectChecksum>> {
    return payload->checksums();
  };
  StoredObject stored;
  PENSTOCK_TRY(stored.info, call.store.PutObject(call.bucket(), call.key(), *payload, options));
  stored.headers.Add("ETag", "\"" + stored.info.etag + "\"");
  AddChecksumHeaders(stored.info.checksums, stored.headers);
  AddEncryptionHeaders(stored.info.encryption, stored.headers);
  AddWrittenVersion(stored.info.version_id, stored.headers);
  AddExpiryHeader(call, stored.info, stored.headers);
  return stored;
}

base::Status PutObject(Call& call) {
  if (call.query.Has("partNumber")) {
    return Refuse(code::kInvalidArgument,
                  "This operation does not accept partNumber without upload-id");
  }
  PENSTOCK_TRY(auto length, DecodedLengthOf(call.request, call.identity));
  if (!length) return Refuse(code::kMissingContentLength);
  if (*length > kMaxObjectPutBytes) return Refuse(code::kEntityTooLarge);
  if (WantsExtraction(call.headers())) return ExtractArchive(call);
  PENSTOCK_TRY(StoredObject stored, StoreObject(call));
  Announce(call, "s3:ObjectCreated:Put", stored.info);
  return SendEmpty(call, 200, stored.headers);
}

}  // namespace penstock::s3
