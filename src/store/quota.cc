// SPDX-License-Identifier: Apache-2.0
#include "store/quota.h"

#include <algorithm>

#include "store/object_store.h"
#include "text/json.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;

base::Result<std::optional<uint64_t>> LimitOf(const text::Json& document, std::string_view name) {
  const text::Json* value = document.Find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_integer() || value->as_integer() < 0) {
    return Fail(Code::kInvalidArgument,
                "the quota's '" + std::string(name) + "' must be a whole number, 0 or more");
  }
  return static_cast<uint64_t>(value->as_integer());
}

base::Status CheckLimit(const std::optional<uint64_t>& limit, uint64_t now, uint64_t added,
                        uint64_t removed, const std::string& bucket, std::string_view unit) {
  uint64_t kept = now - std::min(now, removed);
  // What makes no more of it is let through, so that a bucket over a lowered quota can be tidied.
  if (!limit || added <= removed || (kept <= *limit && added <= *limit - kept)) return {};
  return Fail(Code::kResourceExhausted, reason::kQuotaExceeded,
              "bucket '" + bucket + "' may hold " + std::to_string(*limit) + " " +
                  std::string(unit) + " and holds " + std::to_string(now) +
                  "; delete versions, or ask for a larger quota");
}

}  // namespace

base::Result<Quota> ParseQuota(std::string_view document) {
  PENSTOCK_TRY(text::Json json, text::ParseJson(document));
  if (!json.is_object()) return Fail(Code::kInvalidArgument, "a quota must be a JSON object");
  Quota quota;
  PENSTOCK_TRY(quota.bytes, LimitOf(json, "bytes"));
  PENSTOCK_TRY(quota.versions, LimitOf(json, "versions"));
  return quota;
}

std::string FormatQuota(const Quota& quota) {
  text::Json json{text::Json::Object{}};
  if (quota.bytes) json["bytes"] = static_cast<int64_t>(*quota.bytes);
  if (quota.versions) json["versions"] = static_cast<int64_t>(*quota.versions);
  return text::FormatJson(json);
}

base::Result<Quota> QuotaOf(const BucketInfo& bucket) {
  const std::string* document = bucket.FindSetting(setting::kQuota);
  if (document == nullptr) return Quota{};
  return ParseQuota(*document);
}

base::Status CheckQuota(const Quota& quota, const BucketInfo& bucket, const BucketUsage& usage,
                        uint64_t added_bytes, uint64_t removed_bytes, bool replaces) {
  PENSTOCK_RETURN_IF_ERROR(
      CheckLimit(quota.bytes, usage.bytes, added_bytes, removed_bytes, bucket.name, "bytes"));
  return CheckLimit(quota.versions, usage.versions, 1, replaces ? 1 : 0, bucket.name, "versions");
}

}  // namespace penstock::store
