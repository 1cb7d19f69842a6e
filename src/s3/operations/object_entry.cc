// SPDX-License-Identifier: Apache-2.0
#include "s3/operations/object_entry.h"

#include "base/clock.h"
#include "s3/object_headers.h"

namespace penstock::s3 {

void WriteObjectFields(const store::ObjectInfo& info, const ListingQuery& listing,
                       text::XmlWriter& xml) {
  xml.Text("Key", listing.Encode(info.key));
  xml.Text("LastModified", base::FormatIso8601Millis(info.modified_at));
  xml.Text("ETag", "\"" + info.etag + "\"");
  for (const store::ObjectChecksum& checksum : info.checksums) {
    xml.Text("ChecksumAlgorithm", crypto::ChecksumName(checksum.kind));
    xml.Text("ChecksumType", checksum.composite ? "COMPOSITE" : "FULL_OBJECT");
  }
  xml.Number("Size", info.size).Text("StorageClass", StorageClassOf(info.metadata));
}

void ListedOwners::Write(std::string_view element, const std::string& stored,
                         text::XmlWriter& xml) {
  if (last_ != stored) {
    last_ = stored;
    owner_ = owners_.Of(stored);
  }
  WriteOwner(element, owner_, xml);
}

}  // namespace penstock::s3
