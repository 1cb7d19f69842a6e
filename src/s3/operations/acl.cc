// SPDX-License-Identifier: Apache-2.0
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/object_headers.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"
#include "s3/request_bodies.h"

namespace penstock::s3 {
namespace {

using base::Status;

// Clients look at the attribute of the grantee, prefix and all.
constexpr std::string_view kPrivatePolicy =
    R"(<?xml version="1.0" encoding="UTF-8"?>
<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)"
    R"(<Owner><ID>penstock</ID><DisplayName>penstock</DisplayName></Owner><AccessControlList>)"
    R"(<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" )"
    R"(xsi:type="CanonicalUser"><ID>penstock</ID><DisplayName>penstock</DisplayName></Grantee>)"
    R"(<Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>)";

Status CheckExists(Call& call) {
  if (call.key().empty()) {
    PENSTOCK_RETURN_IF_ERROR(call.store.GetBucket(call.bucket()));
    return {};
  }
  PENSTOCK_RETURN_IF_ERROR(FindVersion(call));
  return {};
}

// A policy that says what holds anyway: the owner may do everything, and nobody else anything.
bool IsPrivate(const text::XmlElement& policy) {
  const text::XmlElement* list = policy.Child("AccessControlList");
  if (list == nullptr || list->children.size() > 1) return false;
  if (list->children.empty()) return true;
  const text::XmlElement& grant = list->children.front();
  const text::XmlElement* grantee = grant.Child("Grantee");
  return grant.ChildText("Permission") == "FULL_CONTROL" && grantee != nullptr &&
         grantee->Child("ID") != nullptr;
}

}  // namespace

Status GetAcl(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(CheckExists(call));
  return SendXmlText(call, std::string(kPrivatePolicy));
}

Status PutAcl(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(CheckExists(call));
  PENSTOCK_RETURN_IF_ERROR(CheckWriteHeaders(call.headers()));
  PENSTOCK_TRY(std::string body, ReadSmallPayload(call.request, call.identity, kMaxXmlBytes));
  if (!body.empty()) {
    auto policy = text::ParseXml(body, {.max_bytes = kMaxXmlBytes});
    if (!policy || policy->name != "AccessControlPolicy") return Refuse(code::kMalformedXml);
    if (!IsPrivate(*policy)) {
      return Refuse(code::kNotImplemented, "ACLs other than the private one are not offered");
    }
  }
  return SendEmpty(call, 200);
}

}  // namespace penstock::s3
