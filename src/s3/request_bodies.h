// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/object_store.h"

// The XML bodies of requests. All fail with MalformedXML where they are not what they should be.
namespace penstock::s3 {

inline constexpr size_t kMaxXmlBytes = size_t{1} << 20;
inline constexpr size_t kMaxDeleteXmlBytes = size_t{2} << 20;
// 10 000 parts with a checksum each.
inline constexpr size_t kMaxCompleteXmlBytes = size_t{4} << 20;
inline constexpr size_t kMaxDeletedKeys = 1000;

struct DeleteRequest {
  std::vector<store::DeleteTarget> targets;  // 1..1000; whether to bypass governance is not said
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

// <VersioningConfiguration>: enabled or suspended. IllegalVersioningConfigurationException where it
// says neither, NotImplemented where it asks for MFA delete.
base::Result<store::Versioning> ParseVersioningRequest(std::string_view xml);

}  // namespace penstock::s3
