// SPDX-License-Identifier: Apache-2.0
// The XML bodies of S3 requests.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/clock.h"
#include "s3/access/acl_document.h"
#include "s3/access/public_access.h"
#include "s3/cors/cors_rules.h"
#include "s3/inventory_document.h"
#include "s3/lock_documents.h"
#include "s3/request_bodies.h"
#include "s3/tag_set.h"

namespace {

namespace s3 = penstock::s3;
namespace store = penstock::store;

void ParseLocks(std::string_view xml) {
  auto configuration = s3::ParseLockConfiguration(xml);
  if (configuration && *configuration) {
    PENSTOCK_CHECK((*configuration)->mode != store::RetentionMode::kNone);
    PENSTOCK_CHECK(((*configuration)->days > 0) != ((*configuration)->years > 0));
  }
  auto retention = s3::ParseRetention(xml, penstock::base::Time());
  if (retention && retention->mode != store::RetentionMode::kNone) {
    PENSTOCK_CHECK(retention->until > penstock::base::Time());
  }
  (void)s3::ParseLegalHold(xml);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view xml(reinterpret_cast<const char*>(data), size);
  auto deletion = s3::ParseDeleteRequest(xml);
  if (deletion) {
    PENSTOCK_CHECK(!deletion->targets.empty() && deletion->targets.size() <= s3::kMaxDeletedKeys);
    for (const auto& target : deletion->targets) PENSTOCK_CHECK(!target.key.empty());
  }
  auto completion = s3::ParseCompleteRequest(xml);
  if (completion) PENSTOCK_CHECK(!completion->parts.empty());
  (void)s3::ParseCreateBucketRequest(xml);
  (void)s3::ParseVersioningRequest(xml);
  ParseLocks(xml);
  auto tags = s3::ParseTagging(xml, s3::kMaxObjectTags);
  if (tags) PENSTOCK_CHECK(s3::ToTagMap(*tags).size() == tags->size());
  // Not XML, but as small.
  auto header = s3::ParseTagHeader(xml);
  if (header) PENSTOCK_CHECK(header->size() <= s3::kMaxObjectTags);
  auto cors = s3::ParseCorsRules(xml);
  if (cors) PENSTOCK_CHECK(!cors->rules.empty());
  s3::Owners owners([](std::string_view id) { return std::string(id); });
  auto acl = s3::ParseAclDocument(xml, "owner", owners);
  if (acl) {
    PENSTOCK_CHECK(s3::ParseStoredAcl(s3::FormatAcl(*acl), "owner").has_value());
    std::string document = s3::WriteAclDocument(*acl, {"owner", "owner"}, owners);
    PENSTOCK_CHECK(s3::ParseAclDocument(document, "owner", owners).has_value());
  }
  (void)s3::ParsePublicAccessBlock(xml);
  auto inventory = s3::ParseInventory(xml);
  if (inventory) {
    penstock::text::XmlWriter writer;
    s3::WriteInventory(*inventory, "", writer);
    auto again = s3::ParseInventory(writer.Finish());
    PENSTOCK_CHECK(again && penstock::inventory::FormatRules({*again}) ==
                                penstock::inventory::FormatRules({*inventory}));
  }
  (void)s3::ParseOwnershipControls(xml);
  return 0;
}
