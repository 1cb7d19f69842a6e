// SPDX-License-Identifier: Apache-2.0
#include "s3/access/conditions.h"

#include <algorithm>
#include <chrono>

#include "base/encoding.h"
#include "iam/principal_pattern.h"
#include "s3/tag_set.h"

namespace penstock::s3 {
namespace {

using iam::ContextValues;

constexpr std::string_view kAws = "aws:";
constexpr std::string_view kS3 = "s3:";
constexpr std::string_view kRequestTag = "requestobjecttag/";
constexpr std::string_view kRequestTagKeys = "requestobjecttagkeys";
constexpr std::string_view kExistingTag = "existingobjecttag/";
constexpr std::string_view kObjectLock = "object-lock-";

std::string HostOfPeer(std::string_view peer) {
  std::string_view host = peer.substr(0, peer.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return std::string(host);
}

int64_t Seconds(base::Time time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

// Policies name the source without a slash before it, unescaped.
std::string CopySource(std::string_view header) {
  if (header.starts_with('/')) header.remove_prefix(1);
  auto decoded = text::PercentDecode(header);
  return decoded ? *std::move(decoded) : std::string(header);
}

// Headers that are condition keys by their own name.
bool IsConditionHeader(std::string_view name) {
  constexpr std::string_view kNames[] = {"x-amz-acl",
                                         "x-amz-content-sha256",
                                         "x-amz-metadata-directive",
                                         "x-amz-server-side-encryption",
                                         "x-amz-server-side-encryption-aws-kms-key-id",
                                         "x-amz-server-side-encryption-customer-algorithm",
                                         "x-amz-storage-class",
                                         "x-amz-website-redirect-location",
                                         "x-amz-object-ownership",
                                         "x-amz-grant-read",
                                         "x-amz-grant-write",
                                         "x-amz-grant-read-acp",
                                         "x-amz-grant-write-acp",
                                         "x-amz-grant-full-control",
                                         "if-match",
                                         "if-none-match"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

}  // namespace

std::string AccessTarget::Arn() const {
  if (bucket.empty()) return "arn:aws:s3:::*";
  std::string arn = "arn:aws:s3:::" + std::string(bucket);
  if (!key.empty()) arn.append("/").append(key);
  return arn;
}

int64_t RemainingDays(base::Time until, base::Time now) {
  return std::chrono::ceil<std::chrono::days>(until - now).count();
}

ContextValues RequestConditions::Find(std::string_view key) const {
  bool of_s3 = key.starts_with(kS3);
  std::string_view name = of_s3 ? key.substr(kS3.size()) : std::string_view();
  if (overrides_ != nullptr) {
    ContextValues values = overrides_->Find(key);
    bool of_body =
        name.starts_with(kRequestTag) || name == kRequestTagKeys || name.starts_with(kObjectLock);
    if (of_body || !values.empty()) return values;
  }
  if (key.starts_with(kAws)) return OfAws(key.substr(kAws.size()));
  if (!of_s3) return {};
  if (name == "versionid") {
    if (target_.version_id.empty()) return {};
    return {std::string(target_.version_id)};
  }
  if (name.starts_with(kExistingTag)) return OfExistingTag(name.substr(kExistingTag.size()));
  if (name.starts_with(kObjectLock)) return OfLock(name);
  if (name == "resourceaccount") return {std::string(iam::kAccountId)};
  if (name == "signatureversion" || name == "authtype" || name == "signatureage") {
    return OfSignature(name);
  }
  return OfRequest(name);
}

ContextValues RequestConditions::OfRequest(std::string_view name) const {
  if (name == "prefix" || name == "delimiter" || name == "max-keys") return Parameter(name);
  if (name == "x-amz-copy-source") {
    const std::string* header = request_.head.headers.Find(name);
    if (header == nullptr) return {};
    return {CopySource(*header)};
  }
  if (IsConditionHeader(name)) return Header(name);
  if (name == kRequestTagKeys) return OfRequestTags("");
  if (name.starts_with(kRequestTag)) return OfRequestTags(name.substr(kRequestTag.size()));
  if (name == "tlsversion" && !request_.tls_version.empty()) {
    return {std::string(request_.tls_version)};
  }
  // Uploads make objects when they are completed, and not before.
  if (name == "objectcreationoperation") {
    bool completes = request_.head.method == "POST" && !query_.Has("uploads");
    bool puts = request_.head.method == "PUT" && !query_.Has("uploadId");
    return {completes || puts ? "true" : "false"};
  }
  return {};
}

ContextValues RequestConditions::OfAws(std::string_view name) const {
  if (name == "sourceip") return {HostOfPeer(request_.peer)};
  if (name == "securetransport") return {request_.tls ? "true" : "false"};
  if (name == "useragent") return Header("user-agent");
  if (name == "referer") return Header("referer");
  if (name == "currenttime") return {base::FormatRfc3339(now_)};
  if (name == "epochtime") return {std::to_string(Seconds(now_))};
  if (name == "resourceaccount") return {std::string(iam::kAccountId)};
  // Signatures of version 2 name no region.
  const std::string& region = identity_.authorization.scope.region;
  if (name == "requestedregion" && !region.empty()) return {region};
  return {};
}

ContextValues RequestConditions::OfSignature(std::string_view name) const {
  if (identity_.principal == nullptr) return {};
  const Authorization& authorization = identity_.authorization;
  if (name == "signatureversion") {
    return {authorization.version2 ? "AWS" : "AWS4-HMAC-SHA256"};
  }
  if (name == "authtype") {
    if (authorization.form) return {"POST"};
    return {authorization.presigned ? "REST-QUERY-STRING" : "REST-HEADER"};
  }
  // What is presigned with version 2, and a form of it, does not say when that was.
  bool has_time = !authorization.version2 || !(authorization.presigned || authorization.form);
  if (name == "signatureage" && has_time) {
    auto age = std::chrono::floor<std::chrono::milliseconds>(now_ - authorization.signed_at);
    return {std::to_string(age.count())};
  }
  return {};
}

ContextValues RequestConditions::OfRequestTags(std::string_view tag) const {
  const std::string* header = request_.head.headers.Find("x-amz-tagging");
  if (header == nullptr) return {};
  auto tags = ParseTagHeader(*header);
  if (!tags) return {};
  ContextValues values;
  for (const auto& [name, value] : *tags) {
    if (tag.empty()) {
      values.push_back(name);
    } else if (name == tag) {
      values.push_back(value);
    }
  }
  return values;
}

ContextValues RequestConditions::OfExistingTag(std::string_view tag) const {
  if (target_.key.empty()) return {};
  auto info = store_.GetObjectInfo(target_.bucket, target_.key, target_.version_id);
  if (!info) return {};
  auto found = info->attributes.tags.find(std::string(tag));
  if (found == info->attributes.tags.end()) return {};
  return {found->second};
}

ContextValues RequestConditions::OfLock(std::string_view name) const {
  if (name == "object-lock-mode") return Header("x-amz-object-lock-mode");
  if (name == "object-lock-legal-hold") return Header("x-amz-object-lock-legal-hold");
  const std::string* date = request_.head.headers.Find("x-amz-object-lock-retain-until-date");
  if (date == nullptr) return {};
  if (name == "object-lock-retain-until-date") return {*date};
  auto until = base::ParseRfc3339(*date);
  if (name != "object-lock-remaining-retention-days" || !until) return {};
  return {std::to_string(RemainingDays(*until, now_))};
}

ContextValues RequestConditions::Header(std::string_view name) const {
  const std::string* value = request_.head.headers.Find(name);
  if (value == nullptr) return {};
  return {*value};
}

ContextValues RequestConditions::Parameter(std::string_view name) const {
  const std::string* value = query_.Find(name);
  if (value == nullptr) return {};
  return {*value};
}

}  // namespace penstock::s3
