// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "s3/call.h"
#include "s3/request_address.h"
#include "store/object_store.h"

namespace penstock::s3 {

inline constexpr uint64_t kMaxObjectPutBytes = uint64_t{5} << 30;  // of one put, part or copy

struct CopySource {
  RequestAddress address;
  std::string version_id;  // empty where none is named
};

// x-amz-copy-source: "[/]bucket/key[?versionId=…]", percent-encoded. InvalidArgument where it is
// not that.
base::Result<CopySource> ParseCopySource(std::string_view header);

// Opens what x-amz-copy-source names, if the caller may read it and the x-amz-copy-source-if-*
// conditions hold (PreconditionFailed otherwise).
base::Result<std::unique_ptr<store::ObjectReader>> OpenCopySource(Call& call);

// x-amz-copy-source-version-id, where the source's bucket keeps versions.
void AddCopySourceVersion(const store::ObjectInfo& source, net::Headers& headers);

}  // namespace penstock::s3
