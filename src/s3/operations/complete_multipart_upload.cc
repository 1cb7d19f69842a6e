// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "s3/checksum_names.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
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
      auto same_kind = [&](const auto& checksum) { return checksum.kind == remembered.kind; };
      auto known = std::find_if(part->checksums.begin(), part->checksums.end(), same_kind);
      if (known != part->checksums.end() && known->value != remembered.value) {
        return Refuse(code::kInvalidPart);
      }
    }
  }
  return {};
}

// x-amz-checksum-* of a completion is that of the whole object.
Status CheckObjectChecksum(const net::Headers& headers, const std::vector<store::PartInfo>& parts) {
  for (crypto::ChecksumKind kind : kChecksumKinds) {
    const std::string* promised = headers.Find(ChecksumHeader(kind));
    if (promised == nullptr) continue;
    bool composite = headers.GetOr("x-amz-checksum-type", "") == "COMPOSITE" ||
                     promised->find('-') != std::string::npos;
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

std::vector<store::ObjectChecksum> ChecksumsToTell(const store::ObjectInfo& info,
                                                   const std::vector<store::PartInfo>& parts) {
  auto announced = KeptUploadChecksum(info.metadata);
  if (!announced || !announced->full_object) return info.checksums;
  auto whole = ChecksumOfParts(*announced, parts);
  if (!whole) return {};
  return {*whole};
}

Status SendResult(Call& call, const store::ObjectInfo& info,
                  const std::vector<store::ObjectChecksum>& checksums) {
  text::XmlWriter xml;
  xml.Open("CompleteMultipartUploadResult", kXmlns);
  xml.Text("Location", std::string(call.request.tls ? "https://" : "http://") +
                           call.headers().GetOr("host", "") + call.request.head.path);
  xml.Text("Bucket", call.bucket()).Text("Key", call.key());
  xml.Text("ETag", "\"" + info.etag + "\"");
  WriteChecksums(checksums, /*with_type=*/true, xml);
  net::Headers headers;
  if (!info.version_id.empty()) headers.Add("x-amz-version-id", info.version_id);
  return SendXml(call, xml, std::move(headers));
}

// The object's checksum headers are about the object, and must not be taken for the XML's.
net::Request WithoutObjectChecksums(const net::Request& request) {
  net::Request bare = request;
  for (crypto::ChecksumKind kind : kChecksumKinds) bare.head.headers.Remove(ChecksumHeader(kind));
  return bare;
}

}  // namespace

Status CompleteMultipartUpload(Call& call) {
  net::Request bare = WithoutObjectChecksums(call.request);
  PENSTOCK_TRY(std::string body, ReadSmallPayload(bare, call.identity, kMaxCompleteXmlBytes));
  PENSTOCK_TRY(CompleteRequest request, ParseCompleteRequest(body));
  store::CompleteOptions options;
  PENSTOCK_TRY(options.condition, ParseWriteCondition(call.headers()));
  // Where the upload is gone, it may be a repetition: the store knows.
  auto parts = NamedParts(call, request);
  if (parts) {
    PENSTOCK_RETURN_IF_ERROR(CheckPartChecksums(request, *parts));
    PENSTOCK_RETURN_IF_ERROR(CheckObjectChecksum(call.headers(), *parts));
  }
  std::vector<store::CompletedPart> chosen;
  for (CompleteRequest::Part& part : request.parts) chosen.push_back(std::move(part.part));
  PENSTOCK_TRY(
      store::ObjectInfo info,
      call.store.CompleteUpload(call.bucket(), call.key(), UploadIdOf(call), chosen, options));
  return SendResult(call, info, parts ? ChecksumsToTell(info, *parts) : std::move(info.checksums));
}

}  // namespace penstock::s3
