// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/object_store.h"
#include "text/url.h"
#include "text/xml.h"

namespace penstock::s3 {

inline constexpr int kMaxListEntries = 1000;

// What all listings of keys share: prefix, delimiter, max-keys and encoding-type.
struct ListingQuery {
  std::string prefix;
  std::string delimiter;
  int max_entries = kMaxListEntries;  // 0..1000
  bool url_encoded = false;

  // A key as this listing writes it.
  std::string Encode(std::string_view key) const;
  // <EncodingType>, where there is one.
  void WriteEncoding(text::XmlWriter& xml) const;
};

// `max_name` is "max-keys" or "max-uploads".
base::Result<ListingQuery> ParseListingQuery(const text::Query& query, std::string_view max_name);

// One page, which is empty and not truncated where no entries are asked for.
base::Result<store::ListPage> ListPageOf(store::ObjectStore& store, std::string_view bucket,
                                         const ListingQuery& listing, std::string start_after);

// <CommonPrefixes><Prefix>…, one for each.
void WriteCommonPrefixes(const std::vector<std::string>& prefixes, const ListingQuery& listing,
                         text::XmlWriter& xml);

// Continuation tokens name the last entry of the page before; clients must not look into them.
std::string MakeContinuationToken(std::string_view last_entry);
base::Result<std::string> ReadContinuationToken(std::string_view token);

}  // namespace penstock::s3
