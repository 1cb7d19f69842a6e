// SPDX-License-Identifier: Apache-2.0
#include "s3/listing_query.h"

#include "base/encoding.h"
#include "s3/call.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {
namespace {

using base::Result;

constexpr std::string_view kTokenMark = "1/";  // the format of what follows

}  // namespace

std::string ListingQuery::Encode(std::string_view key) const {
  return url_encoded ? text::PercentEncode(key, /*keep_slash=*/true) : std::string(key);
}

void ListingQuery::WriteEncoding(text::XmlWriter& xml) const {
  if (url_encoded) xml.Text("EncodingType", "url");
}

Result<ListingQuery> ParseListingQuery(const text::Query& query, std::string_view max_name) {
  ListingQuery listing;
  listing.prefix = query.GetOr("prefix", "");
  listing.delimiter = query.GetOr("delimiter", "");
  // Ceph's: what is sorted may be taken for unsorted too, but prefixes cannot.
  bool unordered = base::EqualsIgnoreCase(query.GetOr("allow-unordered", ""), "true");
  if (unordered && !listing.delimiter.empty()) {
    return Refuse(code::kInvalidArgument, "allow-unordered cannot be combined with a delimiter");
  }
  PENSTOCK_TRY(listing.max_entries,
               NumberParameter(query, max_name, kMaxListEntries, 0, kMaxListEntries));
  std::string encoding = query.GetOr("encoding-type", "");
  if (!encoding.empty() && !base::EqualsIgnoreCase(encoding, "url")) {
    return Refuse(code::kInvalidArgument, "Invalid Encoding Method specified in Request");
  }
  listing.url_encoded = !encoding.empty();
  return listing;
}

Result<store::ListPage> ListPageOf(store::ObjectStore& store, std::string_view bucket,
                                   const ListingQuery& listing, std::string start_after) {
  if (listing.max_entries == 0) {
    PENSTOCK_RETURN_IF_ERROR(store.GetBucket(bucket));
    return store::ListPage();
  }
  store::ListOptions options;
  options.prefix = listing.prefix;
  options.delimiter = listing.delimiter;
  options.start_after = std::move(start_after);
  options.max_entries = static_cast<size_t>(listing.max_entries);
  return store.ListObjects(bucket, options);
}

void WriteCommonPrefixes(const std::vector<std::string>& prefixes, const ListingQuery& listing,
                         text::XmlWriter& xml) {
  for (const std::string& prefix : prefixes) {
    xml.Open("CommonPrefixes").Text("Prefix", listing.Encode(prefix)).Close();
  }
}

// Hexadecimal, so that clients which forget to escape a query cannot spoil it.
std::string MakeContinuationToken(std::string_view last_entry) {
  return base::HexEncode(std::string(kTokenMark) + std::string(last_entry));
}

Result<std::string> ReadContinuationToken(std::string_view token) {
  auto text = base::HexDecode(token);
  if (!text || !text->starts_with(kTokenMark)) {
    return Refuse(code::kInvalidArgument, "The continuation token provided is incorrect");
  }
  return text->substr(kTokenMark.size());
}

}  // namespace penstock::s3
