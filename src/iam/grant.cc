// SPDX-License-Identifier: Apache-2.0
#include "iam/grant.h"

#include <algorithm>
#include <array>

namespace penstock::iam {
namespace {

// What a task needs to use objects below its prefixes, and nothing else.
constexpr std::array<std::string_view, 6> kReadActions = {
    "s3:GetObject",        "s3:GetObjectAttributes",        "s3:GetObjectTagging",
    "s3:GetObjectVersion", "s3:GetObjectVersionAttributes", "s3:GetObjectVersionTagging"};
constexpr std::array<std::string_view, 6> kWriteActions = {"s3:PutObject",
                                                           "s3:DeleteObject",
                                                           "s3:AbortMultipartUpload",
                                                           "s3:ListMultipartUploadParts",
                                                           "s3:PutObjectTagging",
                                                           "s3:DeleteObjectTagging"};
constexpr std::array<std::string_view, 2> kKnowBucketActions = {"s3:HeadBucket",
                                                                "s3:GetBucketLocation"};
constexpr std::array<std::string_view, 3> kBucketReadActions = {
    "s3:ListBucketVersions", "s3:ListBucketMultipartUploads", "s3:GetBucketVersioning"};

template <size_t count>
bool Contains(const std::array<std::string_view, count>& actions, std::string_view action) {
  return std::find(actions.begin(), actions.end(), action) != actions.end();
}

std::string_view WithoutSlash(std::string_view prefix) {
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  return prefix;
}

bool Covers(std::string_view prefix, std::string_view path) {
  prefix = WithoutSlash(prefix);
  return !prefix.empty() && path.starts_with(prefix) &&
         (path.size() == prefix.size() || path[prefix.size()] == '/');
}

}  // namespace

bool Allows(const Grant& grant, Access access, std::string_view bucket, std::string_view key) {
  const auto& prefixes = access == Access::kRead ? grant.read_prefixes : grant.write_prefixes;
  std::string path(bucket);
  if (!key.empty()) path.append("/").append(key);
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return Covers(prefix, path); });
}

bool AllowsListing(const Grant& grant, std::string_view bucket, std::string_view prefix) {
  std::string path = std::string(bucket) + "/" + std::string(prefix);
  return std::any_of(grant.read_prefixes.begin(), grant.read_prefixes.end(),
                     [&](const std::string& granted) {
                       return WithoutSlash(granted).size() < path.size() && Covers(granted, path);
                     });
}

bool AllowsSomethingIn(const Grant& grant, std::string_view bucket) {
  auto in_bucket = [&](const std::string& prefix) {
    return prefix.substr(0, prefix.find('/')) == bucket;
  };
  return std::any_of(grant.read_prefixes.begin(), grant.read_prefixes.end(), in_bucket) ||
         std::any_of(grant.write_prefixes.begin(), grant.write_prefixes.end(), in_bucket);
}

bool GrantAllows(const Grant& grant, const AccessRequest& request) {
  // The operation itself leaves out the buckets of which the grant covers nothing.
  if (request.action == "s3:ListAllMyBuckets") return true;
  constexpr std::string_view kArn = "arn:aws:s3:::";
  if (!request.resource.starts_with(kArn)) return false;
  std::string_view path = request.resource.substr(kArn.size());
  size_t slash = std::min(path.find('/'), path.size());
  std::string_view bucket = path.substr(0, slash);
  std::string_view key = path.substr(std::min(slash + 1, path.size()));
  if (!key.empty()) {
    if (Contains(kReadActions, request.action)) return Allows(grant, Access::kRead, bucket, key);
    return Contains(kWriteActions, request.action) && Allows(grant, Access::kWrite, bucket, key);
  }
  if (Contains(kKnowBucketActions, request.action)) return AllowsSomethingIn(grant, bucket);
  if (request.action == "s3:ListBucket") {
    ContextValues prefix = request.context.Find("s3:prefix");
    return AllowsListing(grant, bucket, prefix.empty() ? "" : prefix.front());
  }
  return Contains(kBucketReadActions, request.action) && Allows(grant, Access::kRead, bucket, "");
}

}  // namespace penstock::iam
