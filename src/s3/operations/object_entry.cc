// SPDX-License-Identifier: Apache-2.0
#include "s3/operations/object_entry.h"

#include <algorithm>
#include <map>
#include <string>

#include "base/clock.h"
#include "base/encoding.h"
#include "s3/access/permission.h"
#include "s3/object_headers.h"
#include "text/url.h"

namespace penstock::s3 {
namespace {

// Header names may hold characters that names of elements may not.
bool IsElementName(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.';
  });
}

// "colour-of" as "Colour-Of".
std::string HeaderCase(std::string_view name) {
  std::string text(name);
  bool first = true;
  for (char& c : text) {
    if (first && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    first = c == '-';
  }
  return text;
}

std::string QueryOf(const std::map<std::string, std::string>& tags) {
  std::string text;
  for (const auto& [key, value] : tags) {
    if (!text.empty()) text += '&';
    text.append(text::PercentEncode(key)).append("=").append(text::PercentEncode(value));
  }
  return text;
}

}  // namespace

void WriteObjectFields(const store::ObjectInfo& info, const ListingQuery& listing,
                       text::XmlWriter& xml) {
  xml.Text("Key", listing.Encode(info.key));
  xml.Text("LastModified", base::FormatIso8601Millis(info.modified_at));
  xml.Text("ETag", "\"" + info.etag + "\"");
  for (const store::ObjectChecksum& checksum : info.checksums) {
    xml.Text("ChecksumAlgorithm", crypto::ChecksumName(checksum.kind));
    xml.Text("ChecksumType", checksum.composite ? "COMPOSITE" : "FULL_OBJECT");
  }
  xml.Number("Size", info.size).Text("StorageClass", StorageClassOf(info.metadata));
}

bool WantsUserMetadata(const Call& call) {
  return base::EqualsIgnoreCase(call.query.GetOr("metadata", ""), "true");
}

void WriteUserMetadata(Call& call, const store::ObjectInfo& info, const std::string& version_id,
                       text::XmlWriter& xml) {
  AccessTarget target{call.bucket(), info.key, version_id};
  // What a HEAD tells only to who has the key, a listing tells nobody.
  bool of_customer = info.encryption.kind == store::EncryptionKind::kCustomerKey;
  if (!of_customer && call.gate.Allows(VersionAction("s3:GetObject", target), target)) {
    xml.Open("UserMetadata");
    if (!info.metadata.content_type.empty()) {
      xml.Text("content-type", info.metadata.content_type);
    }
    for (const auto& [name, value] : info.metadata.user) {
      if (IsElementName(name)) xml.Text("X-Amz-Meta-" + HeaderCase(name), value);
    }
    xml.Close();
  }
  if (info.attributes.tags.empty()) return;
  if (!call.gate.Allows(VersionAction("s3:GetObjectTagging", target), target)) return;
  xml.Text("UserTags", QueryOf(info.attributes.tags));
}

void ListedOwners::Write(std::string_view element, const std::string& stored,
                         text::XmlWriter& xml) {
  if (last_ != stored) {
    last_ = stored;
    owner_ = owners_.Of(stored);
  }
  WriteOwner(element, owner_, xml);
}

}  // namespace penstock::s3
