// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "store/object_lock.h"

namespace penstock::store {

enum class Versioning : uint8_t { kOff = 0, kEnabled = 1, kSuspended = 2 };

// Names of settings that several folders agree on; see BucketInfo::settings.
namespace setting {
inline constexpr std::string_view kPolicy = "policy";
inline constexpr std::string_view kCors = "cors";
inline constexpr std::string_view kLifecycle = "lifecycle";
inline constexpr std::string_view kEncryption = "encryption";
inline constexpr std::string_view kNotification = "notification";
inline constexpr std::string_view kTagging = "tagging";
inline constexpr std::string_view kAcl = "acl";
inline constexpr std::string_view kOwnership = "ownership";
inline constexpr std::string_view kPublicAccessBlock = "public-access-block";
inline constexpr std::string_view kQuota = "quota";
inline constexpr std::string_view kInventory = "inventory";
}  // namespace setting

inline constexpr size_t kMaxSettingBytes = size_t{1} << 20;

struct BucketInfo {
  std::string name;
  uint64_t id = 0;  // never used twice; a bucket made again under an old name has another
  base::Time created_at;
  std::string owner;  // the canonical id of who made it; "" for the root
  uint64_t revision =
      0;  // another whenever anything here changes: what caches of parsed settings go by
  Versioning versioning = Versioning::kOff;
  bool object_lock = false;  // once true, always; then versioning is enabled and stays so
  std::optional<DefaultRetention> default_retention;  // only with object_lock
  // Documents about the bucket, by name; the store keeps them and knows nothing of what they say.
  std::map<std::string, std::string> settings;

  // The document, or nullptr.
  const std::string* FindSetting(std::string_view name) const {
    auto found = settings.find(std::string(name));
    return found == settings.end() ? nullptr : &found->second;
  }
};

struct CreateBucketOptions {
  std::string owner;
  bool object_lock = false;  // turns versioning on as well
  std::map<std::string, std::string> settings;
};

// What is stored in a bucket, all versions counted; kept exactly with every commit.
struct BucketUsage {
  uint64_t objects = 0;   // keys whose newest version is no delete marker
  uint64_t versions = 0;  // with the newest ones, without delete markers
  uint64_t delete_markers = 0;
  uint64_t bytes = 0;  // of all versions, as clients sent them
};

struct BucketSummary {
  std::string name;
  base::Time created_at;
  std::string owner;
};

struct ListBucketsOptions {
  std::string prefix;
  std::string start_after;
  size_t max_buckets = 10'000;
};

struct BucketPage {
  std::vector<BucketSummary> buckets;
  bool truncated = false;
};

}  // namespace penstock::store
