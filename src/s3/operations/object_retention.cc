// SPDX-License-Identifier: Apache-2.0
#include "s3/access/body_conditions.h"
#include "s3/announce.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/lock_documents.h"
#include "s3/lock_headers.h"
#include "s3/operations/object_lock.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"

namespace penstock::s3 {

using base::Status;

Status GetObjectRetention(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(RequireObjectLock(call));
  PENSTOCK_TRY(store::ObjectInfo info, FindVersion(call));
  const store::Retention& retention = info.attributes.retention;
  if (retention.mode == store::RetentionMode::kNone) {
    return Refuse(code::kNoSuchObjectLockConfiguration);
  }
  text::XmlWriter xml;
  xml.Open("Retention", kXmlns).Text("Mode", RetentionModeName(retention.mode));
  xml.Text("RetainUntilDate", base::FormatIso8601Millis(retention.until));
  Announce(call, "s3:ObjectAccessed:GetRetention", info);
  return SendXml(call, xml);
}

Status PutObjectRetention(Call& call) {
  PENSTOCK_TRY(std::string body, ReadSmallPayload(call.request, call.identity, kMaxLockXmlBytes));
  base::Time now = call.clock.Now();
  auto retention = ParseRetention(body, now);
  iam::MapContext conditions = ConditionsOfRetention(retention.value_or(store::Retention()), now);
  PENSTOCK_RETURN_IF_ERROR(RequireWithBody(call, "s3:PutObjectRetention", conditions));
  PENSTOCK_RETURN_IF_ERROR(RequireObjectLock(call));
  if (!retention) return base::Fail(std::move(retention).error());
  PENSTOCK_TRY(
      std::string version,
      call.store.SetRetention(call.bucket(), call.key(), VersionIdOf(call.query), *retention,
                              BypassesGovernance(call, call.key(), &conditions)));
  AnnounceKey(call, "s3:ObjectCreated:PutRetention", call.key(), version);
  return SendEmpty(call, 200);
}

}  // namespace penstock::s3
