// SPDX-License-Identifier: Apache-2.0
#include "s3/copy_source.h"

#include <string>
#include <utility>

#include "s3/access/permission.h"
#include "s3/encryption_headers.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/preconditions.h"
#include "text/url.h"

namespace penstock::s3 {

using base::Result;

namespace {

Result<std::string> DecodeVersion(std::string_view raw) {
  auto version = text::PercentDecode(raw);
  if (!version) return Refuse(code::kInvalidArgument, "Invalid version id specified");
  return version;
}

}  // namespace

Result<CopySource> ParseCopySource(std::string_view header) {
  constexpr std::string_view kVersion = "?versionId=";
  size_t question = header.find('?');
  std::string_view path = header.substr(0, question);
  CopySource source;
  if (question != std::string_view::npos) {
    std::string_view rest = header.substr(question);
    if (!rest.starts_with(kVersion)) {
      return Refuse(code::kInvalidArgument, "Copy Source must mention the source bucket and key");
    }
    PENSTOCK_TRY(source.version_id, DecodeVersion(rest.substr(kVersion.size())));
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
  source.address = std::move(address);
  return source;
}

Result<std::unique_ptr<store::ObjectReader>> OpenCopySource(Call& call) {
  PENSTOCK_TRY(CopySource source, ParseCopySource(call.headers().GetOr("x-amz-copy-source", "")));
  const std::string& bucket = source.address.bucket;
  const std::string& key = source.address.key;
  AccessTarget target{bucket, key, source.version_id};
  PENSTOCK_RETURN_IF_ERROR(call.gate.Require(VersionAction("s3:GetObject", target), target));
  store::ReadOptions options;
  options.version_id = source.version_id;
  PENSTOCK_TRY(options.customer_key, ParseSourceCustomerKey(call.request));
  auto reader = call.store.OpenObject(bucket, key, options);
  if (!reader && reader.error().reason() == store::reason::kDeleteMarker) {
    return Refuse(code::kInvalidRequest,
                  "The source of a copy request may not specifically refer to a delete marker by "
                  "version id.");
  }
  if (!reader) return reader;
  const store::ObjectInfo& info = (*reader)->info();
  if (CheckPreconditions(call.headers(), "x-amz-copy-source-", info.etag, info.modified_at) !=
      PreconditionOutcome::kProceed) {
    return Refuse(code::kPreconditionFailed);
  }
  return reader;
}

void AddCopySourceVersion(const store::ObjectInfo& source, net::Headers& headers) {
  if (!source.version_id.empty()) headers.Add("x-amz-copy-source-version-id", source.version_id);
}

}  // namespace penstock::s3
