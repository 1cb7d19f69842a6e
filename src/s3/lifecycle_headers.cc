// SPDX-License-Identifier: Apache-2.0
#include "s3/lifecycle_headers.h"

#include "text/url.h"

namespace penstock::s3 {

void AddExpiryHeader(Call& call, const store::ObjectInfo& version, net::Headers& headers) {
  auto rules = call.gate.Rules(call.bucket());
  // The answer to what was asked does not depend on it: a bucket deleted meanwhile, say.
  if (!rules) return;
  auto expiry = store::ExpiryOf((*rules)->lifecycle, call.options.lifecycle_day, version);
  if (!expiry) return;
  headers.Add("x-amz-expiration", "expiry-date=\"" + base::FormatHttpDate(expiry->at) +
                                      "\", rule-id=\"" + text::PercentEncode(expiry->rule_id) +
                                      "\"");
}

void AddAbortHeaders(Call& call, base::Time started_at, net::Headers& headers) {
  auto rules = call.gate.Rules(call.bucket());
  if (!rules) return;
  auto expiry = store::UploadExpiryOf((*rules)->lifecycle, call.options.lifecycle_day, call.key(),
                                      started_at);
  if (!expiry) return;
  headers.Add("x-amz-abort-date", base::FormatHttpDate(expiry->at));
  headers.Add("x-amz-abort-rule-id", text::PercentEncode(expiry->rule_id));
}

}  // namespace penstock::s3
