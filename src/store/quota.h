// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/bucket_types.h"

namespace penstock::store {

// What a bucket may hold at most, all versions counted; the document of setting::kQuota.
struct Quota {
  std::optional<uint64_t> bytes;
  std::optional<uint64_t> versions;

  bool empty() const { return !bytes && !versions; }
  bool operator==(const Quota&) const = default;
};

// {"bytes":1073741824,"versions":1000}; members that are absent set no limit.
base::Result<Quota> ParseQuota(std::string_view document);
std::string FormatQuota(const Quota& quota);
// The bucket's quota; an empty one where it has none.
base::Result<Quota> QuotaOf(const BucketInfo& bucket);

// kResourceExhausted with reason quota_exceeded where `added_bytes` and one version more would go
// beyond the quota. What is replaced by the write, and so goes, is given as well.
base::Status CheckQuota(const Quota& quota, const BucketInfo& bucket, const BucketUsage& usage,
                        uint64_t added_bytes, uint64_t removed_bytes, bool replaces);

}  // namespace penstock::store
