// SPDX-License-Identifier: Apache-2.0
#include <optional>
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
  std::string_view read_action;  // as policies name it
  std::string_view write_action;
  std::string_view code;
  std::string_view document = "";
  std::string_view member = "";
  std::string_view value = "";
};

constexpr AbsentPart kBucketParts[] = {
    {"replication", "s3:GetReplicationConfiguration", "s3:PutReplicationConfiguration",
     code::kReplicationConfigurationNotFoundError},
    {"website", "s3:GetBucketWebsite", "s3:PutBucketWebsite", code::kNoSuchWebsiteConfiguration},
    {"logging", "s3:GetBucketLogging", "s3:PutBucketLogging", "", "BucketLoggingStatus"},
    {"accelerate", "s3:GetAccelerateConfiguration", "s3:PutAccelerateConfiguration", "",
     "AccelerateConfiguration"},
    {"requestPayment", "s3:GetBucketRequestPayment", "s3:PutBucketRequestPayment", "",
     "RequestPaymentConfiguration", "Payer", "BucketOwner"},
    {"analytics", "s3:GetAnalyticsConfiguration", "s3:PutAnalyticsConfiguration",
     code::kNotImplemented},
    {"metrics", "s3:GetMetricsConfiguration", "s3:PutMetricsConfiguration", code::kNotImplemented},
    {"intelligent-tiering", "s3:GetIntelligentTieringConfiguration",
     "s3:PutIntelligentTieringConfiguration", code::kNotImplemented},
    {"events", "s3:ListenBucketNotification", "s3:ListenBucketNotification", code::kNotImplemented},
};

constexpr AbsentPart kObjectParts[] = {
    // Amazon makes no torrents any more either.
    {"torrent", "s3:GetObjectTorrent", "s3:GetObjectTorrent", code::kNoSuchKey},
    {"restore", "s3:RestoreObject", "s3:RestoreObject", code::kNotImplemented},
    {"select", "s3:GetObject", "s3:GetObject", code::kNotImplemented},
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

std::optional<std::string_view> UnofferedBucketAction(const text::Query& query, bool reads) {
  const AbsentPart* part = Find(kBucketParts, query);
  if (part == nullptr) return std::nullopt;
  return reads ? part->read_action : part->write_action;
}

bool IsUnofferedObjectPart(const text::Query& query) {
  return Find(kObjectParts, query) != nullptr;
}

}  // namespace penstock::s3
