// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "s3/announce.h"
#include "s3/checksum_names.h"
#include "s3/encryption_headers.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/lifecycle_headers.h"
#include "s3/operations/multipart.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"
#include "s3/preconditions.h"
#include "s3/request_bodies.h"
#include "s3/upload_checksum.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

// The upload's parts that the request names, in its order; those that are unknown are left out, for
// the store to judge.
Result<std::vector<store::PartInfo>> NamedParts(Call& call, const CompleteRequest& request) {
  PENSTOCK_TRY(auto all, call.store.ListParts(call.bucket(), call.key(), UploadIdOf(call), 0,
                                              static_cast<size_t>(store::kMaxPartNumber)));
  std::map<int, store::PartInfo*> by_number;
  for (store::PartInfo& part : all) by_number[part.number] = &part;
  std::vector<store::PartInfo> named;
  for (const CompleteRequest::Part& wanted : request.parts) {
    auto found = by_number.find(wanted.part.number);
    if (found != by_number.end()) named.push_back(*found->second);
  }
  return named;
}

// What the client remembers of each part must be what was verified when it came.
Status CheckPartChecksums(const CompleteRequest& request,
                          const std::vector<store::PartInfo>& parts) {
  for (const CompleteRequest::Part& wanted : request.parts) {
    auto part = std::find_if(parts.begin(), parts.end(), [&](const store::PartInfo& candidate) {
      return candidate.number == wanted.part.number;
    });
    if (part == parts.end()) continue;
    for (const store::ObjectChecksum& remembered : wanted.checksums) {
      auto same = [&](const auto& checksum) {
        return checksum.kind == remembered.kind && checksum.value == remembered.value;
      };
      if (std::none_of(part->checksums.begin(), part->checksums.end(), same)) {
        return Refuse(code::kInvalidPart);
      }
    }
  }
  return {};
}

// x-amz-mp-object-size.
Status CheckObjectSize(const net::Headers& headers, const std::vector<store::PartInfo>& parts) {
  const std::string* promised = headers.Find("x-amz-mp-object-size");
  if (promised == nullptr) return {};
  uint64_t size = 0;
  for (const store::PartInfo& part : parts) size += part.size;
  if (*promised == std::to_string(size)) return {};
  return Refuse(code::kInvalidRequest,
                "The provided 'x-amz-mp-object-size' header value " + *promised +
                    " does not match what was computed: " + std::to_string(size));
}

// The checksum of the object to be: what the upload was announced with, or else what can be had of
// the checksums that its parts happen to have.
std::optional<UploadChecksum> WantedChecksum(const store::UploadInfo& upload,
                                             const std::vector<store::PartInfo>& parts) {
  if (auto announced = AnnouncedChecksum(upload)) return announced;
  if (parts.empty() || parts.front().checksums.empty()) return std::nullopt;
  crypto::ChecksumKind kind = parts.front().checksums.front().kind;
  return UploadChecksum{kind, kind == crypto::ChecksumKind::kCrc64Nvme};
}

Status CheckChecksumType(const net::Headers& headers, const store::UploadInfo& upload) {
  const std::string* type = headers.Find("x-amz-checksum-type");
  auto announced = AnnouncedChecksum(upload);
  if (type == nullptr || !announced || *type == announced->TypeName()) return {};
  return Refuse(code::kInvalidRequest, "The upload was created using the " +
                                           std::string(announced->TypeName()) +
                                           " checksum mode. The complete request must use the same "
                                           "checksum mode.");
}

// x-amz-checksum-* of a completion is that of the whole object.
Status CheckObjectChecksum(const net::Headers& headers, const store::UploadInfo& upload,
                           const std::vector<store::PartInfo>& parts) {
  PENSTOCK_RETURN_IF_ERROR(CheckChecksumType(headers, upload));
  auto announced = AnnouncedChecksum(upload);
  for (crypto::ChecksumKind kind : kChecksumKinds) {
    const std::string* promised = headers.Find(ChecksumHeader(kind));
    if (promised == nullptr) continue;
    bool composite = headers.GetOr("x-amz-checksum-type", "") == "COMPOSITE" ||
                     promised->find('-') != std::string::npos ||
                     (announced && !announced->full_object);
    auto computed = ChecksumOfParts({kind, !composite}, parts);
    // Composite values may come with or without their number of parts.
    std::string bare = computed ? computed->value.substr(0, computed->value.find('-')) : "";
    if (!computed || (*promised != computed->value && *promised != bare)) {
      return Refuse(code::kBadDigest, "The " + std::string(crypto::ChecksumName(kind)) +
                                          " you specified did not match the calculated checksum.");
    }
  }
  return {};
}

// Judges what the request says of the parts, and gives the checksums that the object is to have.
Result<std::vector<store::ObjectChecksum>> JudgeParts(const Call& call,
                                                      const store::UploadInfo& upload,
                                                      const CompleteRequest& request,
                                                      const std::vector<store::PartInfo>& parts) {
  PENSTOCK_RETURN_IF_ERROR(CheckPartChecksums(request, parts));
  // What is missing or out of order is the store's to refuse.
  if (parts.size() != request.parts.size()) return std::vector<store::ObjectChecksum>();
  PENSTOCK_RETURN_IF_ERROR(CheckObjectSize(call.headers(), parts));
  PENSTOCK_RETURN_IF_ERROR(CheckObjectChecksum(call.headers(), upload, parts));
  std::vector<store::ObjectChecksum> checksums;
  auto wanted = WantedChecksum(upload, parts);
  auto checksum = wanted ? ChecksumOfParts(*wanted, parts) : std::nullopt;
  if (checksum) checksums.push_back(std::move(*checksum));
  return checksums;
}

Status SendResult(Call& call, const store::ObjectInfo& info) {
  text::XmlWriter xml;
  xml.Open("CompleteMultipartUploadResult", kXmlns);
  xml.Text("Location", std::string(call.request.tls ? "https://" : "http://") +
                           call.headers().GetOr("host", "") + call.request.head.path);
  xml.Text("Bucket", call.bucket()).Text("Key", call.key());
  xml.Text("ETag", "\"" + info.etag + "\"");
  WriteChecksums(info.checksums, /*with_type=*/true, xml);
  net::Headers headers;
  AddWrittenVersion(info.version_id, headers);
  AddExpiryHeader(call, info, headers);
  AddEncryptionHeaders(info.encryption, headers);
  return SendXml(call, xml, std::move(headers));
}

// The object's checksum headers are about the object, and must not be taken for the XML's.
net::Request WithoutObjectChecksums(const net::Request& request) {
  net::Request bare = request;
  for (crypto::ChecksumKind kind : kChecksumKinds) bare.head.headers.Remove(ChecksumHeader(kind));
  bare.head.headers.Remove("x-amz-sdk-checksum-algorithm");
  return bare;
}

}  // namespace

Status CompleteMultipartUpload(Call& call) {
  net::Request bare = WithoutObjectChecksums(call.request);
  PENSTOCK_TRY(std::string body, ReadSmallPayload(bare, call.identity, kMaxCompleteXmlBytes));
  PENSTOCK_TRY(CompleteRequest request, ParseCompleteRequest(body));
  store::CompleteOptions options;
  options.condition = ParseWriteCondition(call.headers());
  PENSTOCK_TRY(options.customer_key, ParseCustomerKey(call.request));
  // Where the upload is gone, it may be a repetition: the store knows.
  auto upload = call.store.GetUpload(call.bucket(), call.key(), UploadIdOf(call));
  if (upload) {
    PENSTOCK_TRY(auto parts, NamedParts(call, request));
    PENSTOCK_TRY(options.checksums, JudgeParts(call, *upload, request, parts));
  }
  std::vector<store::CompletedPart> chosen;
  for (CompleteRequest::Part& part : request.parts) chosen.push_back(std::move(part.part));
  PENSTOCK_TRY(
      store::ObjectInfo info,
      call.store.CompleteUpload(call.bucket(), call.key(), UploadIdOf(call), chosen, options));
  Announce(call, "s3:ObjectCreated:CompleteMultipartUpload", info);
  return SendResult(call, info);
}

}  // namespace penstock::s3
