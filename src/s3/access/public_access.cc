// SPDX-License-Identifier: Apache-2.0
#include "s3/access/public_access.h"

#include <utility>

#include "base/encoding.h"
#include "s3/call.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/request_bodies.h"
#include "text/xml.h"

namespace penstock::s3 {
namespace {

using base::Result;

constexpr std::pair<std::string_view, bool PublicAccessBlock::*> kSwitches[] = {
    {"BlockPublicAcls", &PublicAccessBlock::block_public_acls},
    {"IgnorePublicAcls", &PublicAccessBlock::ignore_public_acls},
    {"BlockPublicPolicy", &PublicAccessBlock::block_public_policy},
    {"RestrictPublicBuckets", &PublicAccessBlock::restrict_public_buckets}};

constexpr std::pair<Ownership, std::string_view> kOwnerships[] = {
    {Ownership::kObjectWriter, "ObjectWriter"},
    {Ownership::kBucketOwnerPreferred, "BucketOwnerPreferred"},
    {Ownership::kBucketOwnerEnforced, "BucketOwnerEnforced"}};

Result<text::XmlElement> ParseRoot(std::string_view xml, std::string_view name) {
  auto root = text::ParseXml(xml, {.max_bytes = kMaxXmlBytes, .max_depth = 8});
  if (!root || root->name != name) return Refuse(code::kMalformedXml);
  return root;
}

}  // namespace

Result<PublicAccessBlock> ParsePublicAccessBlock(std::string_view xml) {
  PENSTOCK_TRY(text::XmlElement root, ParseRoot(xml, "PublicAccessBlockConfiguration"));
  PublicAccessBlock block;
  for (const auto& [name, member] : kSwitches) {
    const text::XmlElement* element = root.Child(name);
    if (element == nullptr) continue;
    std::string_view value = base::Trim(element->text);
    bool on = base::EqualsIgnoreCase(value, "true");
    if (!on && !base::EqualsIgnoreCase(value, "false")) return Refuse(code::kMalformedXml);
    block.*member = on;
  }
  return block;
}

std::string WritePublicAccessBlock(const PublicAccessBlock& block) {
  text::XmlWriter xml;
  xml.Open("PublicAccessBlockConfiguration", kXmlns);
  for (const auto& [name, member] : kSwitches) xml.Bool(name, block.*member);
  return xml.Finish();
}

std::string_view OwnershipName(Ownership ownership) {
  for (const auto& [known, name] : kOwnerships) {
    if (known == ownership) return name;
  }
  return {};
}

Result<Ownership> OwnershipByName(std::string_view name) {
  for (const auto& [known, known_name] : kOwnerships) {
    if (known_name == name) return known;
  }
  return Refuse(code::kInvalidArgument,
                "Invalid x-amz-object-ownership header: use ObjectWriter, "
                "BucketOwnerPreferred or BucketOwnerEnforced");
}

Result<Ownership> ParseOwnershipControls(std::string_view xml) {
  PENSTOCK_TRY(text::XmlElement root, ParseRoot(xml, "OwnershipControls"));
  if (root.children.size() != 1 || root.children.front().name != "Rule") {
    return Refuse(code::kMalformedXml);
  }
  auto ownership = OwnershipByName(base::Trim(root.children.front().ChildText("ObjectOwnership")));
  if (!ownership) return Refuse(code::kMalformedXml);
  return ownership;
}

std::string WriteOwnershipControls(Ownership ownership) {
  text::XmlWriter xml;
  xml.Open("OwnershipControls", kXmlns).Open("Rule");
  xml.Text("ObjectOwnership", OwnershipName(ownership));
  return xml.Finish();
}

}  // namespace penstock::s3
