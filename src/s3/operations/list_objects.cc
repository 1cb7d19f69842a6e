// SPDX-License-Identifier: Apache-2.0
#include "s3/operations/object_entry.h"
#include "s3/operations/operations.h"

namespace penstock::s3 {

base::Status ListObjects(Call& call) {
  PENSTOCK_TRY(ListingQuery listing, ParseListingQuery(call.query, "max-keys"));
  std::string marker = call.query.GetOr("marker", "");
  PENSTOCK_TRY(store::ListPage page, ListPageOf(call.store, call.bucket(), listing, marker));
  ListedOwners owners(call.owners);
  text::XmlWriter xml;
  xml.Open("ListBucketResult", kXmlns).Text("Name", call.bucket());
  xml.Text("Prefix", listing.Encode(listing.prefix)).Text("Marker", listing.Encode(marker));
  xml.Number("MaxKeys", static_cast<uint64_t>(listing.max_entries));
  if (!listing.delimiter.empty()) xml.Text("Delimiter", listing.Encode(listing.delimiter));
  listing.WriteEncoding(xml);
  xml.Bool("IsTruncated", page.truncated);
  // Without a delimiter clients take the last key themselves.
  if (page.truncated && !listing.delimiter.empty()) {
    xml.Text("NextMarker", listing.Encode(page.next_start_after));
  }
  for (const store::ObjectInfo& info : page.objects) {
    xml.Open("Contents");
    WriteObjectFields(info, listing, xml);
    owners.Write("Owner", info.attributes.owner, xml);
    xml.Close();
  }
  WriteCommonPrefixes(page.common_prefixes, listing, xml);
  return SendXml(call, xml);
}

}  // namespace penstock::s3
