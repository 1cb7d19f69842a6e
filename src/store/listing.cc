// SPDX-License-Identifier: Apache-2.0
#include "store/listing.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "store/records.h"
#include "store/row_key.h"
#include "store/versions.h"

namespace penstock::store {
namespace {

using base::Result;

// So that entries, which are large, need not be moved while the page grows; what is not used is
// memory in name only.
constexpr size_t kMaxReserved = 1000;

// The first row that may be on the page.
std::string FirstRow(uint64_t bucket, const ListOptions& options) {
  std::string begin = row_key::Object(bucket, options.prefix);
  if (options.start_after.empty()) return begin;
  // A common prefix that the last page ended with, or inside, has been listed.
  std::string_view listed = CommonPrefixOf(options.start_after, options.prefix, options.delimiter);
  std::string after = listed.empty() ? row_key::Object(bucket, options.start_after) + '\0'
                                     : row_key::PrefixEnd(row_key::Object(bucket, listed));
  return std::max(begin, after);
}

// The last entry on the page. Entries of both kinds are in order.
std::string LastOf(const ListPage& page) {
  std::string_view object, common;
  if (!page.objects.empty()) object = page.objects.back().key;
  if (!page.common_prefixes.empty()) common = page.common_prefixes.back();
  return std::string(std::max(object, common));
}

tl::unexpected<base::Error> FailObject(std::string_view key, base::Error error) {
  return base::Fail(std::move(error).Wrap("object '" + std::string(key) + "'"));
}

}  // namespace

std::string_view CommonPrefixOf(std::string_view key, std::string_view prefix,
                                std::string_view delimiter) {
  if (delimiter.empty() || !key.starts_with(prefix)) return {};
  size_t found = key.find(delimiter, prefix.size());
  if (found == std::string_view::npos) return {};
  return key.substr(0, found + delimiter.size());
}

Result<ListPage> ListObjectPage(Core& core, const BucketInfo& bucket, const ListOptions& options) {
  ListPage page;
  if (options.max_entries == 0) return page;
  std::string first = FirstRow(bucket.id, options);
  std::string end = row_key::PrefixEnd(row_key::Object(bucket.id, options.prefix));
  if (first >= end) return page;

  page.objects.reserve(std::min(options.max_entries, kMaxReserved));
  IndexCursor cursor = core.index.Scan(first, end);
  while (cursor.Valid()) {
    if (page.objects.size() + page.common_prefixes.size() == options.max_entries) {
      page.truncated = true;
      page.next_start_after = LastOf(page);
      break;
    }
    std::string_view key = row_key::KeyOfObject(cursor.row());
    std::string_view common = CommonPrefixOf(key, options.prefix, options.delimiter);
    if (!common.empty()) {
      page.common_prefixes.emplace_back(common);
      cursor.Seek(row_key::PrefixEnd(row_key::Object(bucket.id, page.common_prefixes.back())));
      continue;
    }
    auto text = cursor.record();
    if (!text) return FailObject(key, std::move(text).error());
    auto record = ObjectRecord::Decode(*text);
    if (!record) return FailObject(key, std::move(record).error());
    page.objects.push_back(ToInfo(bucket, key, std::move(*record), /*is_latest=*/true));
    cursor.Next();
  }
  PENSTOCK_RETURN_IF_ERROR(cursor.status());
  return page;
}

}  // namespace penstock::store
