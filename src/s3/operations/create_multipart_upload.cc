// SPDX-License-Identifier: Apache-2.0
#include "base/encoding.h"
#include "s3/access/object_access.h"
#include "s3/checksum_names.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/lifecycle_headers.h"
#include "s3/object_headers.h"
#include "s3/operations/operations.h"
#include "s3/upload_checksum.h"

namespace penstock::s3 {

base::Status CreateMultipartUpload(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(CheckWriteHeaders(call.headers()));
  store::UploadOptions options;
  PENSTOCK_TRY(options.metadata, ParseObjectMetadata(call.headers()));
  PENSTOCK_TRY(options.attributes, ParseObjectAttributes(call.headers(), call.clock.Now()));
  PENSTOCK_RETURN_IF_ERROR(TakeOwnerAndAcl(call, options.attributes));
  PENSTOCK_TRY(auto checksum, ParseUploadChecksum(call.headers()));
  if (checksum) {
    options.checksum = checksum->kind;
    options.composite_checksum = !checksum->full_object;
  }
  PENSTOCK_TRY(std::string upload_id, call.store.CreateUpload(call.bucket(), call.key(), options));
  text::XmlWriter xml;
  xml.Open("InitiateMultipartUploadResult", kXmlns);
  xml.Text("Bucket", call.bucket()).Text("Key", call.key()).Text("UploadId", upload_id);
  net::Headers headers;
  if (checksum) {
    headers.Add("x-amz-checksum-algorithm", crypto::ChecksumName(checksum->kind));
    headers.Add("x-amz-checksum-type", checksum->TypeName());
  }
  AddAbortHeaders(call, call.clock.Now(), headers);
  return SendXml(call, xml, std::move(headers));
}

}  // namespace penstock::s3
