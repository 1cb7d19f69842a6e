// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "s3/access/object_access.h"
#include "s3/announce.h"
#include "s3/checksum_names.h"
#include "s3/checksummed_source.h"
#include "s3/copy_source.h"
#include "s3/encryption_headers.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/lifecycle_headers.h"
#include "s3/object_headers.h"
#include "s3/object_source.h"
#include "s3/operations/operations.h"
#include "s3/preconditions.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

// Whether a directive says to take what the request says instead of what the source has.
Result<bool> Replaces(const net::Headers& headers, std::string_view name, std::string_view what) {
  std::string directive = headers.GetOr(name, "COPY");
  if (directive == "COPY") return false;
  if (directive == "REPLACE") return true;
  return Refuse(code::kInvalidArgument, "Unknown " + std::string(what) + " directive.");
}

// Whether the request changes more than metadata: then an object may be copied onto itself.
bool ChangesStorage(const net::Headers& headers) {
  for (std::string_view name :
       {"x-amz-storage-class", "x-amz-website-redirect-location", "x-amz-server-side-encryption",
        "x-amz-server-side-encryption-customer-algorithm"}) {
    if (headers.Has(name)) return true;
  }
  return false;
}

Status CheckSelfCopy(const Call& call, bool replaces_metadata) {
  PENSTOCK_TRY(CopySource source, ParseCopySource(call.headers().GetOr("x-amz-copy-source", "")));
  bool same = source.address.bucket == call.bucket() && source.address.key == call.key() &&
              source.version_id.empty();
  if (!same || replaces_metadata || ChangesStorage(call.headers())) return {};
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

// Storage class and redirection are never taken from the source; nor are locks and the ACL.
Result<store::PutOptions> OptionsOf(Call& call, const store::ObjectInfo& source,
                                    bool replaces_metadata) {
  store::PutOptions options;
  PENSTOCK_TRY(options.metadata, ParseObjectMetadata(call.headers()));
  if (!replaces_metadata) KeepSourceMetadata(source.metadata, options.metadata);
  PENSTOCK_TRY(options.attributes, ParseObjectAttributes(call.headers(), call.clock.Now()));
  PENSTOCK_RETURN_IF_ERROR(TakeOwnerAndAcl(call, options.attributes));
  PENSTOCK_TRY(bool replaces_tags, Replaces(call.headers(), "x-amz-tagging-directive", "tagging"));
  if (!replaces_tags) options.attributes.tags = source.attributes.tags;
  PENSTOCK_TRY(options.encryption, EncryptionOfWrite(call));
  options.condition = ParseWriteCondition(call.headers());
  return options;
}

Status SendResult(Call& call, const store::ObjectInfo& source, const store::ObjectInfo& copy) {
  text::XmlWriter xml;
  xml.Open("CopyObjectResult", kXmlns);
  xml.Text("LastModified", base::FormatIso8601Millis(copy.modified_at));
  xml.Text("ETag", "\"" + copy.etag + "\"");
  WriteChecksums(copy.checksums, /*with_type=*/true, xml);
  net::Headers headers;
  AddCopySourceVersion(source, headers);
  AddWrittenVersion(copy.version_id, headers);
  AddExpiryHeader(call, copy, headers);
  AddEncryptionHeaders(copy.encryption, headers);
  return SendXml(call, xml, std::move(headers));
}

}  // namespace

Status CopyObject(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(CheckWriteHeaders(call.headers()));
  PENSTOCK_TRY(bool replaces, Replaces(call.headers(), "x-amz-metadata-directive", "metadata"));
  PENSTOCK_RETURN_IF_ERROR(CheckSelfCopy(call, replaces));
  PENSTOCK_TRY(auto reader, OpenCopySource(call));
  const store::ObjectInfo& info = reader->info();
  if (info.size > kMaxObjectPutBytes) {
    return Refuse(code::kInvalidRequest,
                  "The specified copy source is larger than the maximum allowable size for a copy "
                  "source: 5368709120");
  }
  PENSTOCK_TRY(store::PutOptions options, OptionsOf(call, info, replaces));
  PENSTOCK_TRY(auto checksum, WantedChecksum(call.headers(), info));
  ObjectSource bytes(*reader, 0, info.size);
  ChecksummedSource source(bytes, checksum);
  options.checksums = [&]() -> Result<std::vector<store::ObjectChecksum>> {
    return source.Finish();
  };
  PENSTOCK_TRY(store::ObjectInfo copy,
               call.store.PutObject(call.bucket(), call.key(), source, options));
  Announce(call, "s3:ObjectCreated:Copy", copy);
  return SendResult(call, info, copy);
}

}  // namespace penstock::s3
