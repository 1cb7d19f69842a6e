// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/object_types.h"

namespace penstock::store {

inline constexpr int kMaxPartNumber = 10000;
inline constexpr uint64_t kMinPartSize = uint64_t{5} << 20;  // of all parts but the last

// What the object is to be that an upload will make.
struct UploadOptions {
  ObjectMetadata metadata;
  ObjectAttributes attributes;  // as in PutOptions
  EncryptionRequest encryption;
  // The additional checksum that the client means to use, and whether the object's is to be
  // composite or that of all bytes.
  std::optional<crypto::ChecksumKind> checksum;
  bool composite_checksum = true;
};

struct UploadInfo {
  std::string key;
  std::string upload_id;
  base::Time started_at;
  ObjectMetadata metadata;
  ObjectAttributes attributes;
  EncryptionInfo encryption;
  std::optional<crypto::ChecksumKind> checksum;
  bool composite_checksum = true;
};

struct PartOptions {
  crypto::Secret customer_key;  // 32 bytes: where the upload is encrypted with one
  // As in PutOptions.
  std::function<base::Result<std::vector<ObjectChecksum>>()> checksums;
};

struct PartInfo {
  int number = 0;
  std::string etag;
  uint64_t size = 0;
  base::Time modified_at;
  std::vector<ObjectChecksum> checksums;
  EncryptionInfo encryption = {};  // the upload's; only of a part that has just been put
};

struct CompletedPart {
  int number = 0;
  std::string etag;  // without quotes
};

struct CompleteOptions {
  WriteCondition condition;
  // The object's additional checksums, which the caller has made of those of the parts.
  std::vector<ObjectChecksum> checksums;
  // Of an upload that is encrypted with one. Without it nothing vouches for the order of the parts;
  // customer_key_needed where the upload has an additional checksum.
  crypto::Secret customer_key = {};
};

}  // namespace penstock::store
