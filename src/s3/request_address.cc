// SPDX-License-Identifier: Apache-2.0
#include "s3/request_address.h"

#include <algorithm>

#include "base/encoding.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "store/object_store.h"
#include "text/url.h"
#include "text/utf8.h"

namespace penstock::s3 {
namespace {

using base::Result;

Result<std::string> DecodeKey(std::string_view raw) {
  auto key = text::PercentDecode(raw);
  if (!key || key->find('\0') != std::string::npos || !text::IsValidUtf8(*key)) {
    return Refuse(code::kInvalidUri);
  }
  if (key->size() > store::kMaxKeyBytes) return Refuse(code::kKeyTooLongError);
  return key;
}

std::string_view WithoutPort(std::string_view host) {
  size_t colon = host.rfind(':');
  bool bracketed = !host.empty() && host.back() == ']';  // an IPv6 address without a port
  return bracketed ? host : host.substr(0, colon);
}

// The bucket in "bucket.<domain>", or nothing.
std::string_view BucketOfHost(std::string_view host, const std::vector<std::string>& domains) {
  for (const std::string& domain : domains) {
    if (host.size() <= domain.size() + 1) continue;
    size_t dot = host.size() - domain.size() - 1;
    if (host[dot] == '.' && base::EqualsIgnoreCase(host.substr(dot + 1), domain)) {
      return host.substr(0, dot);
    }
  }
  return {};
}

}  // namespace

Result<RequestAddress> SplitPath(std::string_view raw_path) {
  size_t slash = std::min(raw_path.find('/'), raw_path.size());
  auto bucket = text::PercentDecode(raw_path.substr(0, slash));
  if (!bucket) return Refuse(code::kInvalidUri);
  PENSTOCK_TRY(std::string key, DecodeKey(raw_path.substr(std::min(slash + 1, raw_path.size()))));
  return RequestAddress{std::move(*bucket), std::move(key)};
}

Result<RequestAddress> ParseRequestAddress(std::string_view raw_path, std::string_view host,
                                           const std::vector<std::string>& domains) {
  if (raw_path.starts_with('/')) raw_path.remove_prefix(1);
  std::string_view bucket = BucketOfHost(WithoutPort(host), domains);
  if (bucket.empty()) return SplitPath(raw_path);
  PENSTOCK_TRY(std::string key, DecodeKey(raw_path));
  return RequestAddress{base::ToLower(bucket), std::move(key), /*bucket_in_host=*/true};
}

}  // namespace penstock::s3
