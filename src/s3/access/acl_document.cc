// SPDX-License-Identifier: Apache-2.0
#include "s3/access/acl_document.h"

#include <algorithm>
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

constexpr std::pair<std::string_view, AclPermission> kGrantHeaders[] = {
    {"x-amz-grant-read", AclPermission::kRead},
    {"x-amz-grant-write", AclPermission::kWrite},
    {"x-amz-grant-read-acp", AclPermission::kReadAcp},
    {"x-amz-grant-write-acp", AclPermission::kWriteAcp},
    {"x-amz-grant-full-control", AclPermission::kFullControl}};

auto RefuseEmail() {
  return Refuse(code::kUnresolvableGrantByEmailAddress,
                "Users are not known by e-mail address here; name them by canonical id");
}

Result<AclGrant> GrantToUser(std::string_view id, AclPermission permission, const Owners& owners) {
  if (!owners.Find(id)) return Refuse(code::kInvalidArgument, "Invalid id");
  return AclGrant{GranteeKind::kUser, std::string(id), permission};
}

Result<AclGrant> GrantToGroup(std::string_view uri, AclPermission permission) {
  PENSTOCK_TRY(GranteeKind group, GroupByUri(uri));
  return AclGrant{group, "", permission};
}

// What a grantee is, its members say; xsi:type only says it again.
Result<AclGrant> ParseGrant(const text::XmlElement& element, const Owners& owners) {
  const text::XmlElement* grantee = element.Child("Grantee");
  if (element.name != "Grant" || grantee == nullptr) return Refuse(code::kMalformedXml);
  PENSTOCK_TRY(AclPermission permission, PermissionByName(element.ChildText("Permission")));
  if (const text::XmlElement* id = grantee->Child("ID")) {
    return GrantToUser(base::Trim(id->text), permission, owners);
  }
  if (const text::XmlElement* uri = grantee->Child("URI")) {
    return GrantToGroup(base::Trim(uri->text), permission);
  }
  if (grantee->Child("EmailAddress") != nullptr) return RefuseEmail();
  return Refuse(code::kMalformedXml);
}

void WriteGrant(const AclGrant& grant, const Owners& owners, text::XmlWriter& xml) {
  bool user = grant.grantee == GranteeKind::kUser;
  xml.Open("Grant").OpenTyped("Grantee", user ? "CanonicalUser" : "Group");
  if (user) {
    Owner owner = owners.Of(grant.user);
    xml.Text("ID", owner.id).Text("DisplayName", owner.display_name);
  } else {
    xml.Text("URI", GroupUri(grant.grantee));
  }
  xml.Close().Text("Permission", PermissionName(grant.permission)).Close();
}

// `id="abc", uri="http://…"`
Result<std::vector<AclGrant>> ParseGrantHeader(std::string_view value, AclPermission permission,
                                               const Owners& owners) {
  std::vector<AclGrant> grants;
  while (!value.empty()) {
    size_t end = std::min(value.find(','), value.size());
    std::string_view item = base::Trim(value.substr(0, end));
    value.remove_prefix(std::min(end + 1, value.size()));
    size_t equals = item.find('=');
    if (equals == std::string_view::npos) {
      return Refuse(code::kInvalidArgument, "A grant header must name grantees as id=… or uri=…");
    }
    std::string_view kind = base::Trim(item.substr(0, equals));
    std::string_view name = base::Trim(item.substr(equals + 1));
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"') {
      name = name.substr(1, name.size() - 2);
    }
    if (base::EqualsIgnoreCase(kind, "emailAddress")) return RefuseEmail();
    bool by_id = base::EqualsIgnoreCase(kind, "id");
    if (!by_id && !base::EqualsIgnoreCase(kind, "uri")) {
      return Refuse(code::kInvalidArgument, "A grant header must name grantees as id=… or uri=…");
    }
    PENSTOCK_TRY(AclGrant grant,
                 by_id ? GrantToUser(name, permission, owners) : GrantToGroup(name, permission));
    if (grants.size() == kMaxAclGrants) return Refuse(code::kInvalidArgument, "Too many grants");
    grants.push_back(std::move(grant));
  }
  return grants;
}

}  // namespace

Result<Acl> ParseAclDocument(std::string_view xml, std::string_view owner, const Owners& owners) {
  auto root = text::ParseXml(xml, {.max_bytes = kMaxXmlBytes, .max_depth = 8});
  if (!root || root->name != "AccessControlPolicy") return Refuse(code::kMalformedAclError);
  if (const text::XmlElement* named = root->Child("Owner")) {
    std::string id = named->ChildText("ID");
    if (!id.empty() && id != owner) return Refuse(code::kAccessDenied);
  }
  const text::XmlElement* list = root->Child("AccessControlList");
  if (list == nullptr || list->children.size() > kMaxAclGrants) {
    return Refuse(code::kMalformedAclError);
  }
  Acl acl;
  for (const text::XmlElement& child : list->children) {
    PENSTOCK_TRY(AclGrant grant, ParseGrant(child, owners));
    acl.grants.push_back(std::move(grant));
  }
  return acl;
}

std::string WriteAclDocument(const Acl& acl, const Owner& owner, const Owners& owners) {
  text::XmlWriter xml;
  xml.Open("AccessControlPolicy", kXmlns);
  WriteOwner("Owner", owner, xml);
  xml.Open("AccessControlList");
  // Grants to groups come first, as in canned ACLs: clients count on an order.
  for (bool users : {false, true}) {
    for (const AclGrant& grant : acl.grants) {
      if ((grant.grantee == GranteeKind::kUser) == users) WriteGrant(grant, owners, xml);
    }
  }
  return xml.Finish();
}

bool HasAclHeaders(const net::Headers& headers) {
  return headers.Has("x-amz-acl") ||
         std::any_of(std::begin(kGrantHeaders), std::end(kGrantHeaders),
                     [&](const auto& entry) { return headers.Has(entry.first); });
}

Result<Acl> ParseAclHeaders(const net::Headers& headers, std::string_view owner,
                            std::string_view bucket_owner, const Owners& owners) {
  const std::string* canned = headers.Find("x-amz-acl");
  Acl acl;
  for (const auto& [name, permission] : kGrantHeaders) {
    const std::string* value = headers.Find(name);
    if (value == nullptr) continue;
    PENSTOCK_TRY(std::vector<AclGrant> grants, ParseGrantHeader(*value, permission, owners));
    acl.grants.insert(acl.grants.end(), grants.begin(), grants.end());
  }
  if (canned == nullptr) return acl.grants.empty() ? PrivateAcl(owner) : acl;
  if (!acl.grants.empty()) {
    return Refuse(code::kInvalidRequest,
                  "Specifying both Canned ACLs and Header Grants is not allowed");
  }
  return CannedAcl(*canned, owner, bucket_owner);
}

}  // namespace penstock::s3
