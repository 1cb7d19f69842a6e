// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>
#include <utility>

#include "admin/operations.h"
#include "admin/usage_history.h"

namespace penstock::admin {

namespace {

using text::Json;

// Leaves of the buckets that a sample names those that are wanted: names with commas between, as no
// bucket's has any.
void KeepNamed(Json& sample, std::string_view wanted) {
  const Json* largest = sample.Find("largest");
  if (largest == nullptr || !largest->is_array()) return;
  std::string among = "," + std::string(wanted) + ",";
  Json::Array kept;
  for (const Json& bucket : largest->as_array()) {
    std::string name = "," + bucket.StringOr("name", "") + ",";
    if (among.find(name) != std::string::npos) kept.push_back(bucket);
  }
  sample["largest"] = std::move(kept);
}

}  // namespace

base::Result<text::Json> GetUsageHistory(Call& call) {
  PENSTOCK_TRY(text::Json::Array samples, call.services.usage_history.Kept());
  if (const std::string* wanted = call.query.Find("buckets")) {
    for (Json& sample : samples) KeepNamed(sample, *wanted);
  }
  text::Json answer;
  answer["samples"] = std::move(samples);
  PENSTOCK_TRY(answer["now"], call.services.usage_history.Now());
  return answer;
}

}  // namespace penstock::admin
