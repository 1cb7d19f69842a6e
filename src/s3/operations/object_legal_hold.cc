// SPDX-License-Identifier: Apache-2.0
#include "s3/access/body_conditions.h"
#include "s3/announce.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/lock_documents.h"
#include "s3/operations/object_lock.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"

namespace penstock::s3 {

using base::Status;

Status GetObjectLegalHold(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(RequireObjectLock(call));
  PENSTOCK_TRY(store::ObjectInfo info, FindVersion(call));
  text::XmlWriter xml;
  xml.Open("LegalHold", kXmlns).Text("Status", info.attributes.legal_hold ? "ON" : "OFF");
  Announce(call, "s3:ObjectAccessed:GetLegalHold", info);
  return SendXml(call, xml);
}

Status PutObjectLegalHold(Call& call) {
  PENSTOCK_TRY(std::string body, ReadSmallPayload(call.request, call.identity, kMaxLockXmlBytes));
  auto hold = ParseLegalHold(body);
  iam::MapContext conditions = hold ? ConditionsOfLegalHold(*hold) : iam::MapContext();
  PENSTOCK_RETURN_IF_ERROR(RequireWithBody(call, "s3:PutObjectLegalHold", conditions));
  PENSTOCK_RETURN_IF_ERROR(RequireObjectLock(call));
  if (!hold) return base::Fail(std::move(hold).error());
  PENSTOCK_TRY(std::string version,
               call.store.SetLegalHold(call.bucket(), call.key(), VersionIdOf(call.query), *hold));
  AnnounceKey(call, "s3:ObjectCreated:PutLegalHold", call.key(), version);
  return SendEmpty(call, 200);
}

}  // namespace penstock::s3
