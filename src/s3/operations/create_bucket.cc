// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "base/encoding.h"
#include "s3/access/acl_document.h"
#include "s3/access/body_conditions.h"
#include "s3/access/owners.h"
#include "s3/access/permission.h"
#include "s3/access/public_access.h"
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

Result<bool> WantsObjectLock(const net::Headers& headers) {
  std::string value = headers.GetOr("x-amz-bucket-object-lock-enabled", "false");
  if (base::EqualsIgnoreCase(value, "true")) return true;
  if (base::EqualsIgnoreCase(value, "false")) return false;
  return Refuse(code::kInvalidArgument,
                "x-amz-bucket-object-lock-enabled must be either 'true' or 'false'");
}

// The settings that the request asks for: an ACL and whose the objects are.
Result<std::map<std::string, std::string>> WantedSettings(Call& call, const std::string& owner) {
  std::map<std::string, std::string> settings;
  Ownership ownership = Ownership::kObjectWriter;
  if (const std::string* name = call.headers().Find("x-amz-object-ownership")) {
    PENSTOCK_TRY(ownership, OwnershipByName(*name));
    settings[std::string(store::setting::kOwnership)] = *name;
  }
  PENSTOCK_TRY(Acl acl, ParseAclHeaders(call.headers(), owner, owner, call.owners));
  if (acl == PrivateAcl(owner)) return settings;
  if (ownership == Ownership::kBucketOwnerEnforced) {
    return Refuse(code::kInvalidBucketAclWithObjectOwnership);
  }
  settings[std::string(store::setting::kAcl)] = FormatAcl(acl);
  return settings;
}

// Making one's own bucket again changes nothing and succeeds, as in the oldest region, if it would
// be made the same way.
Status AnswerExisting(Call& call, const store::CreateBucketOptions& options) {
  PENSTOCK_TRY(auto bucket, call.store.GetBucket(call.bucket()));
  auto same = [&](std::string_view name) {
    const std::string* has = bucket->FindSetting(name);
    auto wanted = options.settings.find(std::string(name));
    return (has == nullptr ? "" : *has) == (wanted == options.settings.end() ? "" : wanted->second);
  };
  if (bucket->owner != options.owner || !same(store::setting::kAcl)) {
    return Refuse(code::kBucketAlreadyExists);
  }
  bool oldest_region = call.options.region.empty() || call.options.region == "us-east-1";
  if (!oldest_region || bucket->object_lock != options.object_lock) {
    return Refuse(code::kBucketAlreadyOwnedByYou);
  }
  return {};
}

}  // namespace

// Any location is accepted: there is only this one, and clients send the one they are set up for.
Status CreateBucket(Call& call) {
  PENSTOCK_TRY(std::string body, ReadSmallPayload(call.request, call.identity, kMaxXmlBytes));
  auto location = ParseCreateBucketRequest(body);
  PENSTOCK_RETURN_IF_ERROR(
      RequireWithBody(call, "s3:CreateBucket", ConditionsOfLocation(location.value_or(""))));
  PENSTOCK_RETURN_IF_ERROR(RequireOfNewBucket(call));
  if (!location) return base::Fail(std::move(location).error());
  store::CreateBucketOptions options;
  options.owner = StoredOwner(call.gate.principal());
  PENSTOCK_TRY(options.object_lock, WantsObjectLock(call.headers()));
  PENSTOCK_TRY(options.settings, WantedSettings(call, CanonicalId(options.owner)));
  Status created = call.store.CreateBucket(call.bucket(), options);
  if (!created && created.error().reason() == store::reason::kBucketExists) {
    created = AnswerExisting(call, options);
  }
  PENSTOCK_RETURN_IF_ERROR(created);
  AnnounceKey(call, "s3:BucketCreated:Put", "");
  net::Headers headers;
  headers.Add("Location", "/" + call.bucket());
  return SendEmpty(call, 200, headers);
}

}  // namespace penstock::s3
