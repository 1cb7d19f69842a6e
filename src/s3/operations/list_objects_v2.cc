// SPDX-License-Identifier: Apache-2.0
#include "base/encoding.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/operations/object_entry.h"
#include "s3/operations/operations.h"

namespace penstock::s3 {
namespace {

// A token goes before start-after, which only begins the first page.
base::Result<std::string> StartOf(const text::Query& query) {
  const std::string* token = query.Find("continuation-token");
  if (token == nullptr || token->empty()) return query.GetOr("start-after", "");
  return ReadContinuationToken(*token);
}

void WriteHead(const Call& call, const ListingQuery& listing, text::XmlWriter& xml) {
  xml.Text("Name", call.bucket()).Text("Prefix", listing.Encode(listing.prefix));
  if (const std::string* token = call.query.Find("continuation-token")) {
    xml.Text("ContinuationToken", *token);
  }
  std::string start_after = call.query.GetOr("start-after", "");
  if (!start_after.empty()) xml.Text("StartAfter", listing.Encode(start_after));
  xml.Number("MaxKeys", static_cast<uint64_t>(listing.max_entries));
  if (!listing.delimiter.empty()) xml.Text("Delimiter", listing.Encode(listing.delimiter));
  listing.WriteEncoding(xml);
}

}  // namespace

base::Status ListObjectsV2(Call& call) {
  if (call.query.GetOr("list-type", "") != "2") {
    return Refuse(code::kInvalidArgument, "Invalid List Type specified in Request");
  }
  PENSTOCK_TRY(ListingQuery listing, ParseListingQuery(call.query, "max-keys"));
  PENSTOCK_TRY(std::string start, StartOf(call.query));
  PENSTOCK_TRY(store::ListPage page,
               ListPageOf(call.store, call.bucket(), listing, std::move(start)));
  bool with_metadata = WantsUserMetadata(call);
  bool with_owner = base::EqualsIgnoreCase(call.query.GetOr("fetch-owner", ""), "true");
  ListedOwners owners(call.owners);
  text::XmlWriter xml;
  xml.Open("ListBucketResult", kXmlns);
  WriteHead(call, listing, xml);
  xml.Number("KeyCount", page.objects.size() + page.common_prefixes.size());
  xml.Bool("IsTruncated", page.truncated);
  if (page.truncated) {
    xml.Text("NextContinuationToken", MakeContinuationToken(page.next_start_after));
  }
  for (const store::ObjectInfo& info : page.objects) {
    xml.Open("Contents");
    WriteObjectFields(info, listing, xml);
    if (with_owner) owners.Write("Owner", info.attributes.owner, xml);
    if (with_metadata) WriteUserMetadata(call, info, "", xml);
    xml.Close();
  }
  WriteCommonPrefixes(page.common_prefixes, listing, xml);
  return SendXml(call, xml);
}

}  // namespace penstock::s3
