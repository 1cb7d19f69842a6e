// SPDX-License-Identifier: Apache-2.0
#include "events/event.h"

#include <algorithm>
#include <array>
#include <utility>

#include "text/json.h"
#include "text/url.h"

namespace penstock::events {
namespace {

constexpr std::array<std::string_view, 22> kNames = {
    "s3:ObjectCreated:Put",           "s3:ObjectCreated:Post",
    "s3:ObjectCreated:Copy",          "s3:ObjectCreated:CompleteMultipartUpload",
    "s3:ObjectCreated:PutRetention",  "s3:ObjectCreated:PutLegalHold",
    "s3:ObjectRemoved:Delete",        "s3:ObjectRemoved:DeleteMarkerCreated",
    "s3:ObjectAccessed:Get",          "s3:ObjectAccessed:Head",
    "s3:ObjectAccessed:GetRetention", "s3:ObjectAccessed:GetLegalHold",
    "s3:ObjectAccessed:Attributes",   "s3:ObjectTagging:Put",
    "s3:ObjectTagging:Delete",        "s3:ObjectAcl:Put",
    "s3:LifecycleExpiration:Delete",  "s3:LifecycleExpiration:DeleteMarkerCreated",
    "s3:BucketCreated:Put",           "s3:BucketRemoved:Delete",
    "s3:ObjectRestore:Post",          "s3:ObjectRestore:Completed",
};

// MinIO's names, and Amazon's, which the events have.
constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
    {"s3:ObjectCreated:PutTagging", "s3:ObjectTagging:Put"},
    {"s3:ObjectCreated:DeleteTagging", "s3:ObjectTagging:Delete"},
};

std::string Hex16(uint64_t number) {
  std::string text(16, '0');
  for (size_t i = text.size(); i-- > 0; number >>= 4) text[i] = "0123456789ABCDEF"[number & 15];
  return text;
}

text::Json DescribeBucket(const Event& event) {
  text::Json bucket;
  bucket["name"] = event.bucket;
  bucket["ownerIdentity"]["principalId"] = event.bucket_owner;
  bucket["arn"] = "arn:aws:s3:::" + event.bucket;
  return bucket;
}

text::Json DescribeObject(const Event& event) {
  text::Json object;
  object["key"] = text::PercentEncode(event.key);
  object["sequencer"] = Hex16(event.sequence);
  if (!event.version_id.empty()) object["versionId"] = event.version_id;
  if (event.etag.empty()) return object;
  object["size"] = static_cast<int64_t>(event.size);
  object["eTag"] = event.etag;
  if (!event.content_type.empty()) object["contentType"] = event.content_type;
  return object;
}

}  // namespace

std::string FormatEvent(const Event& event) {
  text::Json record;
  record["eventVersion"] = "2.1";
  record["eventSource"] = "aws:s3";
  record["awsRegion"] = event.region;
  record["eventTime"] = base::FormatIso8601Millis(event.time);
  record["eventName"] = event.name;
  record["userIdentity"]["principalId"] = event.user;
  record["requestParameters"]["principalId"] = event.user;
  record["requestParameters"]["region"] = event.region;
  record["requestParameters"]["sourceIPAddress"] = event.source;
  record["responseElements"]["x-amz-request-id"] = event.request_id;
  record["responseElements"]["x-amz-id-2"] = "penstock";
  record["source"]["host"] = event.source;
  record["source"]["userAgent"] = event.user_agent;
  record["s3"]["s3SchemaVersion"] = "1.0";
  record["s3"]["configurationId"] = "Config";
  record["s3"]["bucket"] = DescribeBucket(event);
  if (!event.key.empty()) record["s3"]["object"] = DescribeObject(event);
  text::Json message;
  message["EventName"] = event.name;
  message["Key"] = event.key.empty() ? event.bucket : event.bucket + "/" + event.key;
  message["Records"].Append(std::move(record));
  return text::FormatJson(message);
}

bool Covers(std::string_view pattern, std::string_view name) {
  for (const auto& [alias, own] : kAliases) {
    if (pattern == alias) return name == own;
  }
  if (!pattern.ends_with('*')) return pattern == name;
  return name.starts_with(pattern.substr(0, pattern.size() - 1));
}

bool IsKnownPattern(std::string_view pattern) {
  // A star stands for the last word alone.
  if (pattern.find('*') < pattern.size() - 1 || pattern == "*") return false;
  if (pattern.ends_with('*') && !pattern.ends_with(":*")) return false;
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view name) { return Covers(pattern, name); });
}

}  // namespace penstock::events
