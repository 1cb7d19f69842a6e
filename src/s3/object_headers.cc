// SPDX-License-Identifier: Apache-2.0
#include "s3/object_headers.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/encoding.h"
#include "s3/encryption_headers.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/lock_headers.h"
#include "s3/tag_set.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

constexpr std::string_view kUserPrefix = "x-amz-meta-";
constexpr std::string_view kStorageClass = "x-amz-storage-class";
constexpr std::string_view kStandardClass = "STANDARD";
constexpr std::string_view kWebsiteRedirect = "x-amz-website-redirect-location";
constexpr std::string_view kSystemHeaders[] = {
    "cache-control", "content-disposition", "content-encoding", "content-language",
    "expires",       kWebsiteRedirect,      kStorageClass};

constexpr std::string_view kUnofferedHeaders[] = {"x-amz-write-offset-bytes"};

// "aws-chunked" describes the request's body and not the object.
std::string WithoutAwsChunked(std::string_view encodings) {
  std::string kept;
  while (!encodings.empty()) {
    size_t end = std::min(encodings.find(','), encodings.size());
    std::string_view encoding = base::Trim(encodings.substr(0, end));
    encodings.remove_prefix(std::min(end + 1, encodings.size()));
    if (encoding.empty() || base::EqualsIgnoreCase(encoding, "aws-chunked")) continue;
    if (!kept.empty()) kept.append(", ");
    kept.append(encoding);
  }
  return kept;
}

bool IsSystemHeader(std::string_view lower_name) {
  return std::find(std::begin(kSystemHeaders), std::end(kSystemHeaders), lower_name) !=
         std::end(kSystemHeaders);
}

// Doubled fields count as one with a list, as they do in a signature.
void AddUserMetadata(std::string name, const std::string& value, store::ObjectMetadata& out) {
  auto [entry, added] = out.user.emplace(std::move(name), value);
  if (!added) entry->second += "," + value;
}

// Classes that differ in price alone are kept and told; those whose objects must be restored before
// they can be read would promise what this store does not do.
Status TakeStorageClass(const std::string& name, store::ObjectMetadata& out) {
  constexpr std::string_view kClasses[] = {"STANDARD",   "REDUCED_REDUNDANCY",  "STANDARD_IA",
                                           "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"};
  if (std::find(std::begin(kClasses), std::end(kClasses), name) == std::end(kClasses)) {
    return Refuse(code::kInvalidStorageClass);
  }
  if (name != kStandardClass) out.system[std::string(kStorageClass)] = name;
  return {};
}

// "/page" or "http(s)://host/page".
Status CheckWebsiteRedirect(const std::string& location) {
  if (location.starts_with("/") || location.starts_with("http://") ||
      location.starts_with("https://")) {
    return {};
  }
  return Refuse(code::kInvalidArgument,
                "The website redirect location must have a prefix of 'http://' or 'https://' or "
                "'/'.");
}

}  // namespace

Result<store::ObjectMetadata> ParseObjectMetadata(const net::Headers& headers) {
  store::ObjectMetadata metadata;
  for (const auto& [name, value] : headers.items()) {
    std::string lower = base::ToLower(name);
    if (lower == "content-type") {
      metadata.content_type = value;
    } else if (lower == "content-encoding") {
      std::string encoding = WithoutAwsChunked(value);
      if (!encoding.empty()) metadata.system[lower] = std::move(encoding);
    } else if (lower == kStorageClass) {
      PENSTOCK_RETURN_IF_ERROR(TakeStorageClass(value, metadata));
    } else if (IsSystemHeader(lower)) {
      if (lower == kWebsiteRedirect) PENSTOCK_RETURN_IF_ERROR(CheckWebsiteRedirect(value));
      metadata.system[lower] = value;
    } else if (lower.starts_with(kUserPrefix) && lower.size() > kUserPrefix.size()) {
      AddUserMetadata(lower.substr(kUserPrefix.size()), value, metadata);
    }
  }
  size_t bytes = 0;
  for (const auto& [name, value] : metadata.user) bytes += name.size() + value.size();
  if (bytes > kMaxUserMetadataBytes) return Refuse(code::kMetadataTooLarge);
  return metadata;
}

void KeepSourceMetadata(const store::ObjectMetadata& source, store::ObjectMetadata& out) {
  store::ObjectMetadata kept = source;
  for (std::string_view name : {kStorageClass, kWebsiteRedirect}) {
    kept.system.erase(std::string(name));
    auto own = out.system.find(std::string(name));
    if (own != out.system.end()) kept.system.insert(*own);
  }
  out = std::move(kept);
}

Result<store::ObjectAttributes> ParseObjectAttributes(const net::Headers& headers, base::Time now) {
  store::ObjectAttributes attributes;
  if (const std::string* tags = headers.Find("x-amz-tagging")) {
    PENSTOCK_TRY(TagList list, ParseTagHeader(*tags));
    attributes.tags = ToTagMap(list);
  }
  PENSTOCK_RETURN_IF_ERROR(ParseLockHeaders(headers, now, attributes));
  return attributes;
}

std::string_view StorageClassOf(const store::ObjectMetadata& metadata) {
  auto found = metadata.system.find(std::string(kStorageClass));
  return found == metadata.system.end() ? kStandardClass : std::string_view(found->second);
}

Status CheckWriteHeaders(const net::Headers& headers) {
  for (std::string_view name : kUnofferedHeaders) {
    const std::string* value = headers.Find(name);
    if (value == nullptr || value->empty()) continue;
    return Refuse(code::kNotImplemented, "The header " + std::string(name) + " is not offered");
  }
  return {};
}

net::Headers DescribeObject(const store::ObjectInfo& info) {
  net::Headers headers;
  headers.Add("ETag", "\"" + info.etag + "\"");
  headers.Add("Last-Modified", base::FormatHttpDate(info.modified_at));
  headers.Add("Accept-Ranges", "bytes");
  const std::string& type = info.metadata.content_type;
  headers.Add("Content-Type", type.empty() ? "binary/octet-stream" : type);
  for (const auto& [name, value] : info.metadata.system) {
    if (IsSystemHeader(name)) headers.Add(name, value);
  }
  for (const auto& [name, value] : info.metadata.user) {
    headers.Add(std::string(kUserPrefix) + name, value);
  }
  if (!info.version_id.empty()) headers.Add("x-amz-version-id", info.version_id);
  if (!info.attributes.tags.empty()) {
    headers.Add("x-amz-tagging-count", std::to_string(info.attributes.tags.size()));
  }
  AddLockHeaders(info.attributes, headers);
  AddEncryptionHeaders(info.encryption, headers);
  return headers;
}

Status ApplyResponseOverrides(const text::Query& query, bool anonymous, net::Headers& headers) {
  constexpr std::pair<std::string_view, std::string_view> kOverrides[] = {
      {"response-content-type", "Content-Type"},
      {"response-content-language", "Content-Language"},
      {"response-content-disposition", "Content-Disposition"},
      {"response-content-encoding", "Content-Encoding"},
      {"response-cache-control", "Cache-Control"},
      {"response-expires", "Expires"}};
  for (const auto& [parameter, header] : kOverrides) {
    const std::string* value = query.Find(parameter);
    if (value == nullptr) continue;
    if (anonymous) {
      return Refuse(code::kInvalidRequest,
                    "Request specific response headers cannot be used for anonymous GET requests.");
    }
    headers.Set(header, *value);
  }
  return {};
}

}  // namespace penstock::s3
