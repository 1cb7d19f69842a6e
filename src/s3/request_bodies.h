// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/object_store.h"

// The XML bodies of requests. All fail with MalformedXML.
namespace penstock::s3 {

inline constexpr size_t kMaxXmlBytes = size_t{1} << 20;
inline constexpr size_t kMaxDeleteXmlBytes = size_t{2} << 20;
// 10 000 parts with a checksum each.
inline constexpr size_t kMaxCompleteXmlBytes = size_t{4} << 20;
inline constexpr size_t kMaxDeletedKeys = 1000;

struct DeleteRequest {
  struct Entry {
    std::string key;
    std::string version_id;    // empty where none was named
    bool conditional = false;  // names an ETag, a size or a time that must match
  };
  std::vector<Entry> entries;  // 1..1000
  bool quiet = false;
};
base::Result<DeleteRequest> ParseDeleteRequest(std::string_view xml);

struct CompleteRequest {
  struct Part {
    store::CompletedPart part;
    std::vector<store::ObjectChecksum> checksums;  // as the client remembers them
  };
  std::vector<Part> parts;  // at least one; order and numbers are judged by the store
};
base::Result<CompleteRequest> ParseCompleteRequest(std::string_view xml);

// The LocationConstraint of a CreateBucketConfiguration; empty where there is none or no body.
base::Result<std::string> ParseCreateBucketRequest(std::string_view xml);

}  // namespace penstock::s3
