// SPDX-License-Identifier: Apache-2.0
#include "s3/request_bodies.h"

#include <charconv>
#include <utility>

#include "base/encoding.h"
#include "s3/checksum_names.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/preconditions.h"
#include "text/xml.h"

namespace penstock::s3 {
namespace {

using base::Result;

constexpr size_t kMaxDepth = 8;

Result<text::XmlElement> ParseRoot(std::string_view xml, std::string_view name) {
  auto root = text::ParseXml(xml, {.max_bytes = kMaxCompleteXmlBytes, .max_depth = kMaxDepth});
  if (!root || root->name != name) return Refuse(code::kMalformedXml);
  return root;
}

Result<store::DeleteTarget> ParseDeleteTarget(const text::XmlElement& element) {
  const text::XmlElement* key = element.Child("Key");
  if (key == nullptr || key->text.empty()) return Refuse(code::kMalformedXml);
  store::DeleteTarget target;
  target.key = key->text;
  target.version_id = element.ChildText("VersionId");
  if (const text::XmlElement* tag = element.Child("ETag")) target.if_match = Unquote(tag->text);
  if (const text::XmlElement* size = element.Child("Size")) {
    PENSTOCK_TRY(target.if_size, ParseSizeCondition(size->text));
  }
  if (const text::XmlElement* time = element.Child("LastModifiedTime")) {
    PENSTOCK_TRY(target.if_modified_at, ParseTimeCondition(time->text));
  }
  return target;
}

Result<CompleteRequest::Part> ParsePart(const text::XmlElement& element) {
  CompleteRequest::Part parsed;
  std::string number = element.ChildText("PartNumber");
  std::string_view digits = base::Trim(number);
  auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), parsed.part.number);
  std::string etag = element.ChildText("ETag");
  bool whole = !digits.empty() && error == std::errc() && end == digits.data() + digits.size();
  if (!whole || etag.empty()) return Refuse(code::kMalformedXml);
  parsed.part.etag = Unquote(base::Trim(etag));
  for (crypto::ChecksumKind kind : kChecksumKinds) {
    std::string value = element.ChildText(ChecksumElement(kind));
    if (!value.empty()) parsed.checksums.push_back({kind, std::move(value), false});
  }
  return parsed;
}

}  // namespace

Result<DeleteRequest> ParseDeleteRequest(std::string_view xml) {
  PENSTOCK_TRY(text::XmlElement root, ParseRoot(xml, "Delete"));
  DeleteRequest request;
  request.quiet = base::EqualsIgnoreCase(root.ChildText("Quiet"), "true");
  for (const text::XmlElement& child : root.children) {
    if (child.name != "Object") continue;
    if (request.targets.size() == kMaxDeletedKeys) return Refuse(code::kMalformedXml);
    PENSTOCK_TRY(store::DeleteTarget target, ParseDeleteTarget(child));
    request.targets.push_back(std::move(target));
  }
  if (request.targets.empty()) return Refuse(code::kMalformedXml);
  return request;
}

Result<CompleteRequest> ParseCompleteRequest(std::string_view xml) {
  PENSTOCK_TRY(text::XmlElement root, ParseRoot(xml, "CompleteMultipartUpload"));
  CompleteRequest request;
  for (const text::XmlElement& child : root.children) {
    if (child.name != "Part") continue;
    if (request.parts.size() == static_cast<size_t>(store::kMaxPartNumber)) {
      return Refuse(code::kMalformedXml);
    }
    PENSTOCK_TRY(CompleteRequest::Part part, ParsePart(child));
    request.parts.push_back(std::move(part));
  }
  if (request.parts.empty()) return Refuse(code::kMalformedXml);
  return request;
}

Result<std::string> ParseCreateBucketRequest(std::string_view xml) {
  if (xml.empty()) return std::string();
  PENSTOCK_TRY(text::XmlElement root, ParseRoot(xml, "CreateBucketConfiguration"));
  return root.ChildText("LocationConstraint");
}

Result<store::Versioning> ParseVersioningRequest(std::string_view xml) {
  PENSTOCK_TRY(text::XmlElement root, ParseRoot(xml, "VersioningConfiguration"));
  if (root.ChildText("MfaDelete") == "Enabled" || root.ChildText("MFADelete") == "Enabled") {
    return Refuse(code::kNotImplemented, "MFA delete is not offered");
  }
  const text::XmlElement* status = root.Child("Status");
  if (status == nullptr) return Refuse(code::kIllegalVersioningConfigurationException);
  if (status->text == "Enabled") return store::Versioning::kEnabled;
  if (status->text == "Suspended") return store::Versioning::kSuspended;
  return Refuse(code::kMalformedXml);
}

}  // namespace penstock::s3
