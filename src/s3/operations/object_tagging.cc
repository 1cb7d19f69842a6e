// SPDX-License-Identifier: Apache-2.0
#include "s3/access/body_conditions.h"
#include "s3/announce.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"
#include "s3/tag_set.h"

namespace penstock::s3 {
namespace {

using base::Status;

net::Headers VersionHeaders(const std::string& version_id) {
  net::Headers headers;
  if (!version_id.empty()) headers.Add("x-amz-version-id", version_id);
  return headers;
}

}  // namespace

Status GetObjectTagging(Call& call) {
  PENSTOCK_TRY(store::ObjectInfo info, FindVersion(call));
  text::XmlWriter xml;
  WriteTagging(info.attributes.tags, kXmlns, xml);
  return SendXml(call, xml, VersionHeaders(info.version_id));
}

Status PutObjectTagging(Call& call) {
  PENSTOCK_TRY(std::string body, ReadSmallPayload(call.request, call.identity, kMaxTagXmlBytes));
  auto tags = ParseTagging(body, kMaxObjectTags);
  PENSTOCK_RETURN_IF_ERROR(
      RequireWithBody(call, "s3:PutObjectTagging", ConditionsOfTags(tags.value_or(TagList()))));
  if (!tags) return base::Fail(std::move(tags).error());
  PENSTOCK_TRY(std::string version, call.store.SetTags(call.bucket(), call.key(),
                                                       VersionIdOf(call.query), ToTagMap(*tags)));
  AnnounceKey(call, "s3:ObjectTagging:Put", call.key(), version);
  return SendEmpty(call, 200, VersionHeaders(version));
}

Status DeleteObjectTagging(Call& call) {
  PENSTOCK_TRY(std::string version,
               call.store.SetTags(call.bucket(), call.key(), VersionIdOf(call.query), {}));
  AnnounceKey(call, "s3:ObjectTagging:Delete", call.key(), version);
  return SendEmpty(call, 204, VersionHeaders(version));
}

}  // namespace penstock::s3
