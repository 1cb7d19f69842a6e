// SPDX-License-Identifier: Apache-2.0
#include <span>
#include <string>

#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/operations/operations.h"

namespace penstock::s3 {
namespace {

using base::Status;

// What a read of a configuration that nobody has made answers: a code, or else an empty document of
// that name, with one member for those that must have it.
struct AbsentPart {
  std::string_view parameter;
  std::string_view code;
  std::string_view document = "";
  std::string_view member = "";
  std::string_view value = "";
};

constexpr AbsentPart kBucketParts[] = {
    {"policy", code::kNoSuchBucketPolicy},
    {"policyStatus", code::kNoSuchBucketPolicy},
    {"cors", code::kNoSuchCorsConfiguration},
    {"encryption", code::kServerSideEncryptionConfigurationNotFoundError},
    {"replication", code::kReplicationConfigurationNotFoundError},
    {"website", code::kNoSuchWebsiteConfiguration},
    {"publicAccessBlock", code::kNoSuchPublicAccessBlockConfiguration},
    {"ownershipControls", code::kOwnershipControlsNotFoundError},
    {"notification", "", "NotificationConfiguration"},
    {"logging", "", "BucketLoggingStatus"},
    {"accelerate", "", "AccelerateConfiguration"},
    {"requestPayment", "", "RequestPaymentConfiguration", "Payer", "BucketOwner"},
    {"analytics", code::kNotImplemented},
    {"inventory", code::kNotImplemented},
    {"metrics", code::kNotImplemented},
    {"intelligent-tiering", code::kNotImplemented},
    {"events", code::kNotImplemented},
};

constexpr AbsentPart kObjectParts[] = {
    {"torrent", code::kNotImplemented},
    {"restore", code::kNotImplemented},
    {"select", code::kNotImplemented},
};

// Nothing where the query names none of them.
const AbsentPart* Find(std::span<const AbsentPart> parts, const text::Query& query) {
  for (const AbsentPart& part : parts) {
    if (query.Has(part.parameter)) return &part;
  }
  return nullptr;
}

auto NotOffered(const AbsentPart& part) {
  return Refuse(code::kNotImplemented, "?" + std::string(part.parameter) + " is not offered");
}

Status AnswerRead(Call& call, const AbsentPart& part) {
  if (part.code == code::kNotImplemented) return NotOffered(part);
  if (!part.code.empty()) return Refuse(part.code);
  text::XmlWriter xml;
  xml.Open(part.document, kXmlns);
  if (!part.member.empty()) xml.Text(part.member, part.value);
  return SendXml(call, xml);
}

// Deleting what is not there succeeds; making it is refused.
Status Answer(Call& call, const AbsentPart* part) {
  if (part == nullptr) return Refuse(code::kMethodNotAllowed);
  const std::string& method = call.request.head.method;
  if (method == "GET") return AnswerRead(call, *part);
  if (method == "HEAD") return Refuse(code::kMethodNotAllowed);
  if (method == "DELETE" && part->code != code::kNotImplemented) return SendEmpty(call, 204);
  return NotOffered(*part);
}

}  // namespace

Status AnswerUnofferedBucketPart(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(call.store.GetBucket(call.bucket()));
  return Answer(call, Find(kBucketParts, call.query));
}

Status AnswerUnofferedObjectPart(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(FindVersion(call));
  return Answer(call, Find(kObjectParts, call.query));
}

Status RefusePostForm(Call&) {
  return Refuse(code::kNotImplemented, "Uploads by browser forms are not offered");
}

bool IsUnofferedBucketPart(const text::Query& query) {
  return Find(kBucketParts, query) != nullptr;
}

bool IsUnofferedObjectPart(const text::Query& query) {
  return Find(kObjectParts, query) != nullptr;
}

}  // namespace penstock::s3
