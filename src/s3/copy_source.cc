// SPDX-License-Identifier: Apache-2.0
#include "s3/copy_source.h"

#include <string>

#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/preconditions.h"

namespace penstock::s3 {

using base::Result;

Result<RequestAddress> ParseCopySource(std::string_view header) {
  constexpr std::string_view kVersion = "?versionId=";
  size_t question = header.find('?');
  std::string_view path = header.substr(0, question);
  if (question != std::string_view::npos) {
    std::string_view rest = header.substr(question);
    if (!rest.starts_with(kVersion)) {
      return Refuse(code::kInvalidArgument, "Copy Source must mention the source bucket and key");
    }
    std::string_view version = rest.substr(kVersion.size());
    if (version != "null" && !version.empty()) return Refuse(code::kNoSuchVersion);
  }
  if (path.starts_with('/')) path.remove_prefix(1);
  // Old clients encode the slash between bucket and key too.
  PENSTOCK_TRY(RequestAddress address, SplitPath(path));
  size_t slash = address.bucket.find('/');
  if (address.key.empty() && slash != std::string::npos) {
    address.key = address.bucket.substr(slash + 1);
    address.bucket.resize(slash);
  }
  if (address.bucket.empty() || address.key.empty()) {
    return Refuse(code::kInvalidArgument,
                  "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  }
  return address;
}

Result<std::unique_ptr<store::ObjectReader>> OpenCopySource(Call& call) {
  PENSTOCK_TRY(RequestAddress source,
               ParseCopySource(call.headers().GetOr("x-amz-copy-source", "")));
  if (!iam::Allows(call.identity.principal->grant, iam::Access::kRead, source.bucket, source.key)) {
    return Refuse(code::kAccessDenied);
  }
  PENSTOCK_TRY(auto reader, call.store.OpenObject(source.bucket, source.key));
  const store::ObjectInfo& info = reader->info();
  if (CheckPreconditions(call.headers(), "x-amz-copy-source-", info.etag, info.modified_at) !=
      PreconditionOutcome::kProceed) {
    return Refuse(code::kPreconditionFailed);
  }
  return reader;
}

}  // namespace penstock::s3
