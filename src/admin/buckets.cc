// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "admin/fields.h"
#include "admin/operations.h"
#include "s3/access/owners.h"
#include "store/quota.h"

namespace penstock::admin {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using store::BucketInfo;

constexpr size_t kMaxPage = 1000;

const std::map<std::string, store::Versioning, std::less<>> kVersioning = {
    {"off", store::Versioning::kOff},
    {"enabled", store::Versioning::kEnabled},
    {"suspended", store::Versioning::kSuspended}};

std::string VersioningName(store::Versioning versioning) {
  for (const auto& [name, value] : kVersioning) {
    if (value == versioning) return name;
  }
  return "off";
}

Result<store::RetentionMode> ParseMode(std::string_view mode) {
  if (mode == "governance") return store::RetentionMode::kGovernance;
  if (mode == "compliance") return store::RetentionMode::kCompliance;
  return Fail(Code::kInvalidArgument, "'mode' must be governance or compliance");
}

text::Json DescribeRetention(const store::DefaultRetention& retention) {
  text::Json json;
  json["mode"] = retention.mode == store::RetentionMode::kCompliance ? "compliance" : "governance";
  if (retention.days > 0) json["days"] = retention.days;
  if (retention.years > 0) json["years"] = retention.years;
  return json;
}

text::Json DescribeUsage(const store::BucketUsage& usage) {
  text::Json json;
  json["objects"] = static_cast<int64_t>(usage.objects);
  json["versions"] = static_cast<int64_t>(usage.versions);
  json["delete_markers"] = static_cast<int64_t>(usage.delete_markers);
  json["bytes"] = static_cast<int64_t>(usage.bytes);
  return json;
}

Result<text::Json> UsageOf(Call& call, const std::string& name) {
  PENSTOCK_TRY(store::BucketUsage usage, call.services.store.GetUsage(name));
  return DescribeUsage(usage);
}

Result<text::Json> Describe(Call& call, const std::string& name) {
  PENSTOCK_TRY(auto bucket, call.services.store.GetBucket(name));
  PENSTOCK_TRY(store::Quota quota, store::QuotaOf(*bucket));
  text::Json json;
  json["name"] = bucket->name;
  json["created_at"] = base::FormatRfc3339(bucket->created_at);
  json["owner"] = bucket->owner;
  json["versioning"] = VersioningName(bucket->versioning);
  json["object_lock"] = bucket->object_lock;
  if (bucket->default_retention) {
    json["default_retention"] = DescribeRetention(*bucket->default_retention);
  }
  json["settings"] = text::Json::Array{};
  for (const auto& [setting, document] : bucket->settings) json["settings"].Append(setting);
  json["quota"] = text::ParseJson(store::FormatQuota(quota)).value();
  PENSTOCK_TRY(json["usage"], UsageOf(call, name));
  return json;
}

// Changes the bucket and tells what it is like then.
Result<text::Json> Change(Call& call, const std::function<base::Status(BucketInfo&)>& change) {
  const std::string& name = call.Param("bucket");
  PENSTOCK_RETURN_IF_ERROR(call.services.store.UpdateBucket(name, change));
  return Describe(call, name);
}

// Tells those who listen.
void Announce(const Call& call, std::string_view event) {
  const Services& services = call.services;
  s3::AnnounceBucket({services.notifier, services.store, services.clock, services.facts.region},
                     call.actor, event, call.Param("bucket"));
}

Result<std::optional<store::DefaultRetention>> ReadRetention(Fields& fields) {
  PENSTOCK_TRY(auto mode, fields.OptionalString("mode"));
  PENSTOCK_TRY(auto days, fields.OptionalNumber("days"));
  PENSTOCK_TRY(auto years, fields.OptionalNumber("years"));
  if (!mode && !days && !years) return std::nullopt;
  constexpr uint64_t kMost = 36'500;  // a hundred years
  uint64_t length = days.value_or(0) + years.value_or(0);
  if (!mode || (days && years) || length == 0 || length > kMost) {
    return Fail(Code::kInvalidArgument,
                "a default retention needs 'mode' and either 'days' or 'years'");
  }
  store::DefaultRetention retention;
  PENSTOCK_TRY(retention.mode, ParseMode(*mode));
  retention.days = static_cast<int>(days.value_or(0));
  retention.years = static_cast<int>(years.value_or(0));
  return retention;
}

}  // namespace

Result<text::Json> ListBuckets(Call& call) {
  store::ListBucketsOptions options;
  options.prefix = call.query.GetOr("prefix", "");
  options.start_after = call.query.GetOr("after", "");
  options.max_buckets = kMaxPage;
  PENSTOCK_TRY(store::BucketPage page, call.services.store.ListBuckets(options));
  text::Json answer;
  answer["buckets"] = text::Json::Array{};
  answer["truncated"] = page.truncated;
  for (const store::BucketSummary& bucket : page.buckets) {
    text::Json entry;
    entry["name"] = bucket.name;
    entry["created_at"] = base::FormatRfc3339(bucket.created_at);
    entry["owner"] = bucket.owner;
    PENSTOCK_TRY(entry["usage"], UsageOf(call, bucket.name));
    answer["buckets"].Append(std::move(entry));
  }
  return answer;
}

Result<text::Json> CreateBucket(Call& call) {
  Fields fields(call.body);
  store::CreateBucketOptions options;
  options.owner = s3::StoredOwner(call.identity.principal.get());
  PENSTOCK_TRY(options.object_lock, fields.Bool("object_lock", false));
  PENSTOCK_TRY(bool versioning, fields.Bool("versioning", false));
  PENSTOCK_RETURN_IF_ERROR(fields.Finish());
  const std::string& name = call.Param("bucket");
  PENSTOCK_RETURN_IF_ERROR(call.services.store.CreateBucket(name, options));
  Announce(call, "s3:BucketCreated:Put");
  if (!versioning) return Describe(call, name);
  return Change(call, [](BucketInfo& bucket) -> base::Status {
    bucket.versioning = store::Versioning::kEnabled;
    return {};
  });
}

Result<text::Json> GetBucket(Call& call) { return Describe(call, call.Param("bucket")); }

Result<text::Json> DeleteBucket(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(call.services.store.DeleteBucket(call.Param("bucket")));
  Announce(call, "s3:BucketRemoved:Delete");
  return text::Json(text::Json::Object{});
}

Result<text::Json> SetBucketVersioning(Call& call) {
  Fields fields(call.body);
  PENSTOCK_TRY(std::string status, fields.String("status"));
  PENSTOCK_RETURN_IF_ERROR(fields.Finish());
  if (status != "enabled" && status != "suspended") {
    return Fail(Code::kInvalidArgument, "'status' must be enabled or suspended");
  }
  return Change(call, [&](BucketInfo& bucket) -> base::Status {
    bucket.versioning = kVersioning.find(status)->second;
    return {};
  });
}

// Object lock cannot be taken away again; a body without members takes the default retention away.
Result<text::Json> SetBucketLock(Call& call) {
  Fields fields(call.body);
  PENSTOCK_TRY(auto retention, ReadRetention(fields));
  PENSTOCK_RETURN_IF_ERROR(fields.Finish());
  return Change(call, [&](BucketInfo& bucket) -> base::Status {
    if (!bucket.object_lock && bucket.versioning != store::Versioning::kEnabled) {
      return Fail(Code::kFailedPrecondition,
                  "object lock needs versioning: enable it for the bucket first");
    }
    bucket.object_lock = true;
    bucket.default_retention = retention;
    return {};
  });
}

Result<text::Json> GetBucketQuota(Call& call) {
  PENSTOCK_TRY(auto bucket, call.services.store.GetBucket(call.Param("bucket")));
  PENSTOCK_TRY(store::Quota quota, store::QuotaOf(*bucket));
  text::Json answer;
  answer["bucket"] = bucket->name;
  answer["quota"] = text::ParseJson(store::FormatQuota(quota)).value();
  PENSTOCK_TRY(answer["usage"], UsageOf(call, bucket->name));
  return answer;
}

Result<text::Json> SetBucketQuota(Call& call) {
  Fields fields(call.body);
  store::Quota quota;
  PENSTOCK_TRY(quota.bytes, fields.OptionalNumber("bytes"));
  PENSTOCK_TRY(quota.versions, fields.OptionalNumber("versions"));
  PENSTOCK_RETURN_IF_ERROR(fields.Finish());
  if (quota.empty()) {
    return Fail(Code::kInvalidArgument, "a quota limits 'bytes' or 'versions', or both");
  }
  PENSTOCK_TRY(text::Json changed, Change(call, [&](BucketInfo& bucket) -> base::Status {
                 bucket.settings[std::string(store::setting::kQuota)] = store::FormatQuota(quota);
                 return {};
               }));
  return GetBucketQuota(call);
}

Result<text::Json> ClearBucketQuota(Call& call) {
  PENSTOCK_TRY(text::Json changed, Change(call, [](BucketInfo& bucket) -> base::Status {
                 bucket.settings.erase(std::string(store::setting::kQuota));
                 return {};
               }));
  return GetBucketQuota(call);
}

}  // namespace penstock::admin
