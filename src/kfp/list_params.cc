// SPDX-License-Identifier: Apache-2.0
#include "kfp/list_params.h"

#include <charconv>

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;

Result<int64_t> ReadPageSize(const std::string& text) {
  int32_t size = 0;
  if (text.empty()) return size;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc() || end != text.data() + text.size()) {
    return Fail(Code::kInvalidArgument, "page_size must be a whole number, not '" + text + "'");
  }
  return size;
}

// The real server decodes the filter once more than HTTP does, and some clients encode it twice.
// Only what is not JSON yet is decoded, so that a '%' inside a value stays what it is.
std::string DecodedFilter(std::string filter) {
  if (filter.empty() || text::ParseJson(filter)) return filter;
  auto decoded = text::PercentDecode(filter, /*plus_is_space=*/true);
  return decoded ? *std::move(decoded) : filter;
}

}  // namespace

Result<metadata::ListQuery> ReadListQuery(const Call& call) {
  metadata::ListQuery query;
  PENSTOCK_TRY(query.page_size, ReadPageSize(call.QueryValue("page_size")));
  query.page_token = call.QueryValue("page_token");
  query.sort_by = call.QueryValue("sort_by");
  query.filter = DecodedFilter(call.QueryValue("filter"));
  return query;
}

}  // namespace penstock::kfp
