// SPDX-License-Identifier: Apache-2.0
#include "s3/access/acl.h"

#include "s3/access/acl_document.h"
#include "s3/access/bucket_rules.h"
#include "s3/access/owners.h"
#include "s3/announce.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"
#include "s3/request_bodies.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;
namespace setting = store::setting;

// The ACL that a request sets, by headers or by its body. `owner` and `bucket_owner` are canonical
// ids.
Result<Acl> WantedAcl(Call& call, std::string_view owner, std::string_view bucket_owner) {
  PENSTOCK_TRY(std::string body, ReadSmallPayload(call.request, call.identity, kMaxXmlBytes));
  if (HasAclHeaders(call.headers())) {
    if (!body.empty()) {
      return Refuse(code::kInvalidRequest,
                    "An ACL must come in the headers or in the body, not in both");
    }
    return ParseAclHeaders(call.headers(), owner, bucket_owner, call.owners);
  }
  if (body.empty()) {
    return Refuse(code::kMissingSecurityHeader,
                  "Your request was missing a required header: x-amz-acl, or a body with an ACL");
  }
  return ParseAclDocument(body, owner, call.owners);
}

Status CheckMayHave(const Acl& acl, const BucketRules& rules) {
  if (!rules.has_acls()) return Refuse(code::kAccessControlListNotSupported);
  if (rules.block.block_public_acls && acl.IsPublic()) return Refuse(code::kAccessDenied);
  return {};
}

// An ACL as it is stored: nothing where it says what holds anyway.
std::string Stored(const Acl& acl, std::string_view owner) {
  return acl == PrivateAcl(owner) ? std::string() : FormatAcl(acl);
}

}  // namespace

Status GetBucketAcl(Call& call) {
  PENSTOCK_TRY(auto bucket, call.gate.Bucket(call.bucket()));
  Owner owner = call.owners.Of(bucket->owner);
  const std::string* document = bucket->FindSetting(setting::kAcl);
  PENSTOCK_TRY(Acl acl, ParseStoredAcl(document == nullptr ? "" : *document, owner.id));
  return SendXmlText(call, WriteAclDocument(acl, owner, call.owners));
}

Status PutBucketAcl(Call& call) {
  PENSTOCK_TRY(auto bucket, call.gate.Bucket(call.bucket()));
  std::string owner = CanonicalId(bucket->owner);
  PENSTOCK_TRY(Acl acl, WantedAcl(call, owner, owner));
  auto change = [&](store::BucketInfo& now) -> Status {
    PENSTOCK_TRY(BucketRulesPtr rules, ParseBucketRules(now));
    PENSTOCK_RETURN_IF_ERROR(CheckMayHave(acl, *rules));
    std::string document = Stored(acl, owner);
    if (document.empty()) {
      now.settings.erase(std::string(setting::kAcl));
    } else {
      now.settings[std::string(setting::kAcl)] = std::move(document);
    }
    return {};
  };
  PENSTOCK_RETURN_IF_ERROR(call.store.UpdateBucket(call.bucket(), change));
  return SendEmpty(call, 200);
}

Status GetObjectAcl(Call& call) {
  PENSTOCK_TRY(store::ObjectInfo info, FindVersion(call));
  Owner owner = call.owners.Of(info.attributes.owner);
  PENSTOCK_TRY(Acl acl, ParseStoredAcl(info.attributes.acl, owner.id));
  return SendXmlText(call, WriteAclDocument(acl, owner, call.owners));
}

Status PutObjectAcl(Call& call) {
  PENSTOCK_TRY(store::ObjectInfo info, FindVersion(call));
  PENSTOCK_TRY(auto bucket, call.gate.Bucket(call.bucket()));
  PENSTOCK_TRY(BucketRulesPtr rules, call.gate.Rules(call.bucket()));
  std::string owner = CanonicalId(info.attributes.owner);
  PENSTOCK_TRY(Acl acl, WantedAcl(call, owner, CanonicalId(bucket->owner)));
  PENSTOCK_RETURN_IF_ERROR(CheckMayHave(acl, *rules));
  PENSTOCK_TRY(
      std::string version_id,
      call.store.SetAcl(call.bucket(), call.key(), VersionIdOf(call.query), Stored(acl, owner)));
  AnnounceKey(call, "s3:ObjectAcl:Put", call.key(), version_id);
  net::Headers headers;
  if (!version_id.empty()) headers.Add("x-amz-version-id", version_id);
  return SendEmpty(call, 200, headers);
}

}  // namespace penstock::s3
