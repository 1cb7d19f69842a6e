// SPDX-License-Identifier: Apache-2.0
#include "s3/access/bucket_rules.h"
#include "s3/access/owners.h"
#include "s3/access/public_access.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/operations/bucket_settings.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"
#include "s3/request_bodies.h"

namespace penstock::s3 {

using base::Status;
namespace setting = store::setting;

Status GetPublicAccessBlock(Call& call) {
  PENSTOCK_TRY(std::string document, ReadSetting(call, setting::kPublicAccessBlock,
                                                 code::kNoSuchPublicAccessBlockConfiguration));
  return SendXmlText(call, std::move(document));
}

Status PutPublicAccessBlock(Call& call) {
  PENSTOCK_TRY(std::string body, ReadSmallPayload(call.request, call.identity, kMaxXmlBytes));
  PENSTOCK_TRY(PublicAccessBlock block, ParsePublicAccessBlock(body));
  PENSTOCK_RETURN_IF_ERROR(
      KeepSetting(call, setting::kPublicAccessBlock, WritePublicAccessBlock(block)));
  return SendEmpty(call, 200);
}

Status DeletePublicAccessBlock(Call& call) {
  return DeleteSetting(call, setting::kPublicAccessBlock);
}

Status GetBucketOwnershipControls(Call& call) {
  PENSTOCK_TRY(std::string name,
               ReadSetting(call, setting::kOwnership, code::kOwnershipControlsNotFoundError));
  PENSTOCK_TRY(Ownership ownership, OwnershipByName(name));
  return SendXmlText(call, WriteOwnershipControls(ownership));
}

// ACLs that open something must be taken away before they can be turned off: they would come back
// unseen when they are turned on again.
Status PutBucketOwnershipControls(Call& call) {
  PENSTOCK_TRY(std::string body, ReadSmallPayload(call.request, call.identity, kMaxXmlBytes));
  PENSTOCK_TRY(Ownership ownership, ParseOwnershipControls(body));
  auto change = [&](store::BucketInfo& bucket) -> Status {
    PENSTOCK_TRY(BucketRulesPtr rules, ParseBucketRules(bucket));
    if (ownership == Ownership::kBucketOwnerEnforced &&
        rules->acl.GrantsToOthers(CanonicalId(bucket.owner))) {
      return Refuse(code::kInvalidBucketAclWithObjectOwnership);
    }
    bucket.settings[std::string(setting::kOwnership)] = OwnershipName(ownership);
    return {};
  };
  PENSTOCK_RETURN_IF_ERROR(call.store.UpdateBucket(call.bucket(), change));
  return SendEmpty(call, 200);
}

Status DeleteBucketOwnershipControls(Call& call) {
  return DeleteSetting(call, setting::kOwnership);
}

}  // namespace penstock::s3
