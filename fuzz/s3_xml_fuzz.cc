// SPDX-License-Identifier: Apache-2.0
// The XML bodies of S3 requests.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "s3/request_bodies.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace s3 = penstock::s3;
  std::string_view xml(reinterpret_cast<const char*>(data), size);
  auto deletion = s3::ParseDeleteRequest(xml);
  if (deletion) {
    PENSTOCK_CHECK(!deletion->entries.empty() && deletion->entries.size() <= s3::kMaxDeletedKeys);
    for (const auto& entry : deletion->entries) PENSTOCK_CHECK(!entry.key.empty());
  }
  auto completion = s3::ParseCompleteRequest(xml);
  if (completion) PENSTOCK_CHECK(!completion->parts.empty());
  (void)s3::ParseCreateBucketRequest(xml);
  return 0;
}
