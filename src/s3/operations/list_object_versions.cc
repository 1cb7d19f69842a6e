// SPDX-License-Identifier: Apache-2.0
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/operations/object_entry.h"
#include "s3/operations/operations.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

struct Markers {
  std::string key;
  std::string version_id;
};

Result<Markers> MarkersOf(const text::Query& query) {
  Markers markers{query.GetOr("key-marker", ""), query.GetOr("version-id-marker", "")};
  if (!markers.version_id.empty() && markers.key.empty()) {
    return Refuse(code::kInvalidArgument,
                  "A version-id marker cannot be specified without a key marker.");
  }
  return markers;
}

Result<store::VersionsPage> PageOf(Call& call, const ListingQuery& listing,
                                   const Markers& markers) {
  if (listing.max_entries == 0) {
    PENSTOCK_RETURN_IF_ERROR(call.store.GetBucket(call.bucket()));
    return store::VersionsPage();
  }
  store::ListVersionsOptions options;
  options.prefix = listing.prefix;
  options.delimiter = listing.delimiter;
  options.key_marker = markers.key;
  options.version_marker = markers.version_id;
  options.max_entries = static_cast<size_t>(listing.max_entries);
  return call.store.ListVersions(call.bucket(), options);
}

void WriteVersion(Call& call, const store::ObjectInfo& info, const ListingQuery& listing,
                  ListedOwners& owners, text::XmlWriter& xml) {
  xml.Open(info.delete_marker ? "DeleteMarker" : "Version");
  if (info.delete_marker) {
    xml.Text("Key", listing.Encode(info.key));
    xml.Text("LastModified", base::FormatIso8601Millis(info.modified_at));
  } else {
    WriteObjectFields(info, listing, xml);
  }
  xml.Text("VersionId", info.version_id.empty() ? store::kNullVersion : info.version_id);
  xml.Bool("IsLatest", info.is_latest);
  owners.Write("Owner", info.attributes.owner, xml);
  if (!info.delete_marker && WantsUserMetadata(call)) {
    WriteUserMetadata(call, info, info.version_id, xml);
  }
  xml.Close();
}

}  // namespace

Status ListObjectVersions(Call& call) {
  PENSTOCK_TRY(ListingQuery listing, ParseListingQuery(call.query, "max-keys"));
  PENSTOCK_TRY(Markers markers, MarkersOf(call.query));
  PENSTOCK_TRY(store::VersionsPage page, PageOf(call, listing, markers));
  ListedOwners owners(call.owners);
  text::XmlWriter xml;
  xml.Open("ListVersionsResult", kXmlns).Text("Name", call.bucket());
  xml.Text("Prefix", listing.Encode(listing.prefix));
  xml.Text("KeyMarker", listing.Encode(markers.key)).Text("VersionIdMarker", markers.version_id);
  if (page.truncated) {
    xml.Text("NextKeyMarker", listing.Encode(page.next_key_marker));
    if (!page.next_version_marker.empty()) {
      xml.Text("NextVersionIdMarker", page.next_version_marker);
    }
  }
  xml.Number("MaxKeys", static_cast<uint64_t>(listing.max_entries));
  if (!listing.delimiter.empty()) xml.Text("Delimiter", listing.Encode(listing.delimiter));
  listing.WriteEncoding(xml);
  xml.Bool("IsTruncated", page.truncated);
  for (const store::ObjectInfo& info : page.versions) {
    WriteVersion(call, info, listing, owners, xml);
  }
  WriteCommonPrefixes(page.common_prefixes, listing, xml);
  return SendXml(call, xml);
}

}  // namespace penstock::s3
