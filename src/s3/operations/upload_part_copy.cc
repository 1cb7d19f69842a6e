// SPDX-License-Identifier: Apache-2.0
#include "s3/byte_range.h"
#include "s3/checksum_names.h"
#include "s3/checksummed_source.h"
#include "s3/copy_source.h"
#include "s3/encryption_headers.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/object_source.h"
#include "s3/operations/multipart.h"
#include "s3/operations/operations.h"

namespace penstock::s3 {

base::Status UploadPartCopy(Call& call) {
  PENSTOCK_TRY(int number, PartNumberOf(call));
  PENSTOCK_TRY(auto reader, OpenCopySource(call));
  ByteRange range{0, reader->info().size};
  if (const std::string* header = call.headers().Find("x-amz-copy-source-range")) {
    PENSTOCK_TRY(range, ParseCopyRange(*header, reader->info().size));
  }
  if (range.length > kMaxObjectPutBytes) return Refuse(code::kEntityTooLarge);
  PENSTOCK_TRY(store::UploadInfo upload,
               call.store.GetUpload(call.bucket(), call.key(), UploadIdOf(call)));
  ObjectSource bytes(*reader, range.offset, range.length);
  ChecksummedSource source(bytes, upload.checksum);
  store::PartOptions options;
  PENSTOCK_TRY(options.customer_key, ParseCustomerKey(call.request));
  options.checksums = [&]() -> base::Result<std::vector<store::ObjectChecksum>> {
    return source.Finish();
  };
  PENSTOCK_TRY(store::PartInfo part, call.store.PutPart(call.bucket(), call.key(), UploadIdOf(call),
                                                        number, source, options));
  text::XmlWriter xml;
  xml.Open("CopyPartResult", kXmlns);
  xml.Text("LastModified", base::FormatIso8601Millis(part.modified_at));
  xml.Text("ETag", "\"" + part.etag + "\"");
  WriteChecksums(part.checksums, /*with_type=*/false, xml);
  net::Headers headers;
  AddCopySourceVersion(reader->info(), headers);
  AddEncryptionHeaders(part.encryption, headers);
  return SendXml(call, xml, std::move(headers));
}

}  // namespace penstock::s3
