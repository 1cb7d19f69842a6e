// SPDX-License-Identifier: Apache-2.0
#include "s3/checksum_names.h"
#include "s3/lifecycle_headers.h"
#include "s3/object_headers.h"
#include "s3/operations/multipart.h"
#include "s3/operations/operations.h"
#include "s3/upload_checksum.h"

namespace penstock::s3 {
namespace {

constexpr int kMaxParts = 1000;

void WritePart(const store::PartInfo& part, text::XmlWriter& xml) {
  xml.Open("Part").Number("PartNumber", static_cast<uint64_t>(part.number));
  xml.Text("LastModified", base::FormatIso8601Millis(part.modified_at));
  xml.Text("ETag", "\"" + part.etag + "\"").Number("Size", part.size);
  WriteChecksums(part.checksums, /*with_type=*/false, xml);
  xml.Close();
}

}  // namespace

base::Status ListParts(Call& call) {
  PENSTOCK_TRY(int max_parts, NumberParameter(call.query, "max-parts", kMaxParts, 0, kMaxParts));
  PENSTOCK_TRY(int marker,
               NumberParameter(call.query, "part-number-marker", 0, 0, store::kMaxPartNumber));
  PENSTOCK_TRY(store::UploadInfo upload,
               call.store.GetUpload(call.bucket(), call.key(), UploadIdOf(call)));
  // One more than asked for tells whether there are more.
  PENSTOCK_TRY(auto parts, call.store.ListParts(call.bucket(), call.key(), UploadIdOf(call), marker,
                                                static_cast<size_t>(max_parts) + 1));
  auto wanted = static_cast<size_t>(max_parts);
  bool truncated = parts.size() > wanted && wanted > 0;
  if (parts.size() > wanted) parts.resize(wanted);
  text::XmlWriter xml;
  xml.Open("ListPartsResult", kXmlns).Text("Bucket", call.bucket()).Text("Key", call.key());
  xml.Text("UploadId", UploadIdOf(call));
  Owner owner = call.owners.Of(upload.attributes.owner);
  WriteOwner("Initiator", owner, xml);
  WriteOwner("Owner", owner, xml);
  xml.Text("StorageClass", StorageClassOf(upload.metadata));
  if (auto checksum = AnnouncedChecksum(upload)) {
    xml.Text("ChecksumAlgorithm", crypto::ChecksumName(checksum->kind));
    xml.Text("ChecksumType", checksum->TypeName());
  }
  xml.Number("PartNumberMarker", static_cast<uint64_t>(marker));
  if (!parts.empty()) {
    xml.Number("NextPartNumberMarker", static_cast<uint64_t>(parts.back().number));
  }
  xml.Number("MaxParts", static_cast<uint64_t>(max_parts)).Bool("IsTruncated", truncated);
  for (const store::PartInfo& part : parts) WritePart(part, xml);
  net::Headers headers;
  AddAbortHeaders(call, upload.started_at, headers);
  return SendXml(call, xml, std::move(headers));
}

}  // namespace penstock::s3
