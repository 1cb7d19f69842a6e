// SPDX-License-Identifier: Apache-2.0
#include "s3/cors/cors_rules.h"
#include "s3/error_codes.h"
#include "s3/operations/bucket_settings.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"

namespace penstock::s3 {

using base::Status;

Status GetBucketCors(Call& call) {
  PENSTOCK_TRY(std::string document,
               ReadSetting(call, store::setting::kCors, code::kNoSuchCorsConfiguration));
  return SendXmlText(call, std::move(document));
}

Status PutBucketCors(Call& call) {
  PENSTOCK_TRY(std::string body, ReadSmallPayload(call.request, call.identity, kMaxCorsBytes));
  PENSTOCK_RETURN_IF_ERROR(ParseCorsRules(body));
  PENSTOCK_RETURN_IF_ERROR(KeepSetting(call, store::setting::kCors, std::move(body)));
  return SendEmpty(call, 200);
}

Status DeleteBucketCors(Call& call) { return DeleteSetting(call, store::setting::kCors); }

}  // namespace penstock::s3
