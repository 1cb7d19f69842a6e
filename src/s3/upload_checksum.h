// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/checksum.h"
#include "net/http.h"
#include "store/object_store.h"

namespace penstock::s3 {

// The additional checksum that a multipart upload was announced with.
struct UploadChecksum {
  crypto::ChecksumKind kind;
  bool full_object = false;  // of all bytes, instead of the parts' checksums

  std::string_view TypeName() const { return full_object ? "FULL_OBJECT" : "COMPOSITE"; }
};

// What an upload was announced with, if anything.
std::optional<UploadChecksum> AnnouncedChecksum(const store::UploadInfo& upload);

// x-amz-checksum-algorithm and -type: InvalidRequest where they are unknown or do not go together
// (only CRCs can be of the full object, and CRC64NVME can be nothing else).
base::Result<std::optional<UploadChecksum>> ParseUploadChecksum(const net::Headers& headers);

// The checksum of an object made of these parts, from theirs. Nothing where a part has no checksum
// of that kind, or the kind cannot be had this way.
std::optional<store::ObjectChecksum> ChecksumOfParts(const UploadChecksum& wanted,
                                                     const std::vector<store::PartInfo>& parts);

}  // namespace penstock::s3
