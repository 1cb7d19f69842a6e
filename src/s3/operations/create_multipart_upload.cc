// SPDX-License-Identifier: Apache-2.0
#include "base/encoding.h"
#include "s3/access/object_access.h"
#include "s3/checksum_names.h"
#include "s3/encryption_headers.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/lifecycle_headers.h"
#include "s3/object_headers.h"
#include "s3/operations/operations.h"
#include "s3/upload_checksum.h"

namespace penstock::s3 {

namespace {

// Which key it is if none was named, only the upload itself knows.
base::Status AddEncryption(Call& call, const std::string& upload_id,
                           const store::EncryptionRequest& request, net::Headers& headers) {
  if (request.kind == store::EncryptionKind::kNone) return {};
  PENSTOCK_TRY(store::UploadInfo upload,
               call.store.GetUpload(call.bucket(), call.key(), upload_id));
  upload.encryption.customer_key_md5 = store::CustomerKeyMd5(request.customer_key);
  AddEncryptionHeaders(upload.encryption, headers);
  return {};
}

}  // namespace

base::Status CreateMultipartUpload(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(CheckWriteHeaders(call.headers()));
  store::UploadOptions options;
  PENSTOCK_TRY(options.metadata, ParseObjectMetadata(call.headers()));
  PENSTOCK_TRY(options.attributes, ParseObjectAttributes(call.headers(), call.clock.Now()));
  PENSTOCK_RETURN_IF_ERROR(TakeOwnerAndAcl(call, options.attributes));
  PENSTOCK_TRY(options.encryption, EncryptionOfWrite(call));
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
  PENSTOCK_RETURN_IF_ERROR(AddEncryption(call, upload_id, options.encryption, headers));
  return SendXml(call, xml, std::move(headers));
}

}  // namespace penstock::s3
