// SPDX-License-Identifier: Apache-2.0
#include "s3/access/object_access.h"

#include "s3/access/acl_document.h"
#include "s3/access/owners.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {

base::Status TakeOwnerAndAcl(Call& call, store::ObjectAttributes& attributes) {
  PENSTOCK_TRY(auto bucket, call.gate.Bucket(call.bucket()));
  PENSTOCK_TRY(BucketRulesPtr rules, call.gate.Rules(call.bucket()));
  std::string canned = call.headers().GetOr("x-amz-acl", "");
  bool given_away = canned == "bucket-owner-full-control";
  // What strangers write is the bucket owner's: nobody else could be.
  bool owned_by_bucket = call.gate.principal() == nullptr || !rules->has_acls() ||
                         (rules->ownership == Ownership::kBucketOwnerPreferred && given_away);
  attributes.owner = owned_by_bucket ? bucket->owner : StoredOwner(call.gate.principal());
  if (!rules->has_acls()) {
    if (!HasAclHeaders(call.headers()) || given_away) return {};
    return Refuse(code::kAccessControlListNotSupported);
  }
  if (!HasAclHeaders(call.headers())) return {};
  std::string owner = CanonicalId(attributes.owner);
  PENSTOCK_TRY(Acl acl,
               ParseAclHeaders(call.headers(), owner, CanonicalId(bucket->owner), call.owners));
  if (rules->block.block_public_acls && acl.IsPublic()) return Refuse(code::kAccessDenied);
  if (acl != PrivateAcl(owner)) attributes.acl = FormatAcl(acl);
  return {};
}

}  // namespace penstock::s3
