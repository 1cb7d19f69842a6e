// SPDX-License-Identifier: Apache-2.0
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/operations/object_entry.h"
#include "s3/operations/operations.h"

namespace penstock::s3 {

// Every object has one version, "null", as in a bucket that never had versioning.
base::Status ListObjectVersions(Call& call) {
  PENSTOCK_TRY(ListingQuery listing, ParseListingQuery(call.query, "max-keys"));
  std::string key_marker = call.query.GetOr("key-marker", "");
  std::string version_marker = call.query.GetOr("version-id-marker", "");
  if (!version_marker.empty() && key_marker.empty()) {
    return Refuse(code::kInvalidArgument,
                  "A version-id marker cannot be specified without a key marker.");
  }
  PENSTOCK_TRY(store::ListPage page, ListPageOf(call.store, call.bucket(), listing, key_marker));
  text::XmlWriter xml;
  xml.Open("ListVersionsResult", kXmlns).Text("Name", call.bucket());
  xml.Text("Prefix", listing.Encode(listing.prefix));
  xml.Text("KeyMarker", listing.Encode(key_marker)).Text("VersionIdMarker", version_marker);
  xml.Number("MaxKeys", static_cast<uint64_t>(listing.max_entries));
  if (!listing.delimiter.empty()) xml.Text("Delimiter", listing.Encode(listing.delimiter));
  listing.WriteEncoding(xml);
  xml.Bool("IsTruncated", page.truncated);
  if (page.truncated) {
    xml.Text("NextKeyMarker", listing.Encode(page.next_start_after));
    xml.Text("NextVersionIdMarker", "null");
  }
  for (const store::ObjectInfo& info : page.objects) {
    xml.Open("Version");
    WriteObjectFields(info, listing, xml);
    xml.Text("VersionId", info.version_id.empty() ? "null" : info.version_id);
    xml.Bool("IsLatest", true);
    WriteOwner("Owner", xml);
    xml.Close();
  }
  WriteCommonPrefixes(page.common_prefixes, listing, xml);
  return SendXml(call, xml);
}

}  // namespace penstock::s3
