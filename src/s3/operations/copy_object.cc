// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <utility>

#include "base/encoding.h"
#include "s3/checksum_names.h"
#include "s3/copy_source.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/object_headers.h"
#include "s3/object_source.h"
#include "s3/operations/operations.h"
#include "s3/preconditions.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

// Computes a checksum of what passes through, where one is wanted.
class ChecksummedSource final : public base::ByteSource {
 public:
  ChecksummedSource(base::ByteSource& source, std::optional<crypto::ChecksumKind> kind)
      : source_(source), kind_(kind), checksum_(kind ? crypto::MakeChecksum(*kind) : nullptr) {}

  Result<size_t> Read(std::span<char> buffer) override {
    auto count = source_.Read(buffer);
    if (count && checksum_) checksum_->Update({buffer.data(), *count});
    return count;
  }

  std::vector<store::ObjectChecksum> Finish() {
    if (!kind_) return {};
    return {{*kind_, base::Base64Encode(checksum_->Finish()), false}};
  }

 private:
  base::ByteSource& source_;
  const std::optional<crypto::ChecksumKind> kind_;
  std::unique_ptr<crypto::Checksum> checksum_;
};

Result<bool> ReplacesMetadata(const net::Headers& headers) {
  std::string directive = headers.GetOr("x-amz-metadata-directive", "COPY");
  if (directive == "COPY") return false;
  if (directive == "REPLACE") return true;
  return Refuse(code::kInvalidArgument, "Unknown metadata directive.");
}

Status CheckSelfCopy(const Call& call, bool replaces_metadata) {
  PENSTOCK_TRY(RequestAddress source,
               ParseCopySource(call.headers().GetOr("x-amz-copy-source", "")));
  if (replaces_metadata || source.bucket != call.bucket() || source.key != call.key()) return {};
  return Refuse(code::kInvalidRequest,
                "This copy request is illegal because it is trying to copy an object to itself "
                "without changing the object's metadata, storage class, website redirect location "
                "or encryption attributes.");
}

// The algorithm asked for, or else that of the source.
Result<std::optional<crypto::ChecksumKind>> WantedChecksum(const net::Headers& headers,
                                                           const store::ObjectInfo& source) {
  if (const std::string* name = headers.Find("x-amz-checksum-algorithm")) {
    auto kind = ChecksumByName(*name);
    if (!kind) return Refuse(code::kInvalidRequest, "Checksum algorithm provided is unsupported.");
    return kind;
  }
  if (source.checksums.empty()) return std::nullopt;
  return source.checksums.front().kind;
}

Status SendResult(Call& call, const store::ObjectInfo& info) {
  text::XmlWriter xml;
  xml.Open("CopyObjectResult", kXmlns);
  xml.Text("LastModified", base::FormatIso8601Millis(info.modified_at));
  xml.Text("ETag", "\"" + info.etag + "\"");
  WriteChecksums(info.checksums, /*with_type=*/true, xml);
  return SendXml(call, xml);
}

}  // namespace

Status CopyObject(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(CheckWriteHeaders(call.headers()));
  PENSTOCK_TRY(bool replaces, ReplacesMetadata(call.headers()));
  PENSTOCK_RETURN_IF_ERROR(CheckSelfCopy(call, replaces));
  PENSTOCK_TRY(auto reader, OpenCopySource(call));
  const store::ObjectInfo& info = reader->info();
  if (info.size > kMaxObjectPutBytes) {
    return Refuse(code::kInvalidRequest,
                  "The specified copy source is larger than the maximum allowable size for a copy "
                  "source: 5368709120");
  }
  store::PutOptions options;
  options.metadata = info.metadata;
  if (replaces) {
    PENSTOCK_TRY(options.metadata, ParseObjectMetadata(call.headers()));
  }
  PENSTOCK_TRY(options.condition, ParseWriteCondition(call.headers()));
  PENSTOCK_TRY(auto checksum, WantedChecksum(call.headers(), info));
  ObjectSource bytes(*reader, 0, info.size);
  ChecksummedSource source(bytes, checksum);
  options.checksums = [&]() -> Result<std::vector<store::ObjectChecksum>> {
    return source.Finish();
  };
  PENSTOCK_TRY(store::ObjectInfo copy,
               call.store.PutObject(call.bucket(), call.key(), source, options));
  return SendResult(call, copy);
}

}  // namespace penstock::s3
