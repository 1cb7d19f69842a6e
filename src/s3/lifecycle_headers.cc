// SPDX-License-Identifier: Apache-2.0
#include "s3/lifecycle_headers.h"

#include "text/url.h"

namespace penstock::s3 {

void AddExpiryHeader(const store::LifecycleRules& rules, const store::LifecycleDay& day,
                     const store::ObjectInfo& version, net::Headers& headers) {
  auto expiry = store::ExpiryOf(rules, day, version);
  if (!expiry) return;
  headers.Add("x-amz-expiration", "expiry-date=\"" + base::FormatHttpDate(expiry->at) +
                                      "\", rule-id=\"" + text::PercentEncode(expiry->rule_id) +
                                      "\"");
}

void AddAbortHeaders(const store::LifecycleRules& rules, const store::LifecycleDay& day,
                     std::string_view key, base::Time started_at, net::Headers& headers) {
  auto expiry = store::UploadExpiryOf(rules, day, key, started_at);
  if (!expiry) return;
  headers.Add("x-amz-abort-date", base::FormatHttpDate(expiry->at));
  headers.Add("x-amz-abort-rule-id", text::PercentEncode(expiry->rule_id));
}

}  // namespace penstock::s3
